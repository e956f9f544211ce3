import Testing

@testable import MockrecCore

@Suite("unified diffs")
struct UnifiedDiffTests {
  @Test("hunks with three lines around them, and what has no line end at its end")
  func text() {
    let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\nend"
    let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n14\nEnd\n"
    #expect(
      UnifiedDiff.text(Array(old.utf8), Array(new.utf8), path: "c/x.hurl") == """
        --- a/c/x.hurl
        +++ b/c/x.hurl
        @@ -2,7 +2,7 @@
         2
         3
         4
        -5
        +five
         6
         7
         8
        @@ -12,4 +12,4 @@
         12
         13
         14
        -end
        \\ No newline at end of file
        +End

        """)
  }

  @Test("changes whose surroundings touch share a hunk; a span of one line has no count")
  func joined() {
    #expect(
      UnifiedDiff.text(Array("a\nb\nc\n".utf8), Array("A\nb\nC\nd\n".utf8), path: "x") == """
        --- a/x
        +++ b/x
        @@ -1,3 +1,4 @@
        -a
        +A
         b
        -c
        +C
        +d

        """)
    #expect(UnifiedDiff.text(Array("a\n".utf8), Array("b\n".utf8), path: "x").contains("@@ -1 +1 @@\n"))
  }

  @Test("a new file, a name with a space, and nothing for nothing")
  func ends() {
    #expect(
      UnifiedDiff.text(nil, Array("a\nb".utf8), path: "x y")
        == "--- /dev/null\n+++ b/x y\t\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n")
    #expect(UnifiedDiff.text(Array("a".utf8), Array("a".utf8), path: "x").isEmpty)
  }
}
