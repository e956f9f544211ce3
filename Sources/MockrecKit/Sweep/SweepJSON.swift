import MockrecCore

/// A sweep for programs: one object.
struct SweepJSON {
  private let report: SweepReport

  init(_ report: SweepReport) { self.report = report }

  var text: String { self.json.prettyText + "\n" }

  var json: JSON {
    let report = self.report
    return [
      "schema": 1,
      "seed": .string(String(report.seed)),
      "command": .string(report.command),
      "baseline_ms": .number(JSONNumber(report.baseline.milliseconds)),
      "exit_status": .number(JSONNumber(Int(report.exitStatus))),
      "interrupted": .bool(report.wasInterrupted),
      "vacuous": .bool(report.isVacuous),
      "counts": .object(
        JSONObject(
          ["survived", "failed", "timed out", "not fired", "not run"].map {
            .init(key: $0, value: .number(JSONNumber(report.count($0))))
          })),
      "faults": .array(report.faults.map { .string($0) }),
      "exchanges": .array(
        report.rows.map { row in
          [
            "service": .string(row.service), "entry": .string(row.entry), "request": .string(row.request),
            "cells": .array(row.cells.map(Self.cell)),
          ]
        }),
    ]
  }

  private static func cell(_ cell: SweepReport.Cell) -> JSON {
    var status = JSON.null
    if case .failed(let code) = cell.outcome { status = .number(JSONNumber(Int(code))) }
    return [
      "fault": .string(cell.fault), "outcome": .string(cell.outcome.word), "status": status,
      "duration_ms": .number(JSONNumber(cell.duration.milliseconds)), "fired": .number(JSONNumber(cell.fired)),
      "missed": .number(JSONNumber(cell.missed)), "overlay": .string(cell.overlay), "again": .string(cell.again),
      "output": .string(cell.output),
    ]
  }
}
