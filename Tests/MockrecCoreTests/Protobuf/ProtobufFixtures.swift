import Foundation

/// Random messages, and what protobuf's own `json_format.MessageToDict` makes of them (protobuf 7.36 for Python).
enum ProtobufFixtures {
  static func bytes(_ base64: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
  }

  /// Nil where it is no hex.
  static func hex(_ hex: String) -> [UInt8]? {
    let digits = Array(hex.filter { $0 != " " })
    guard digits.count % 2 == 0 else { return nil }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    return bytes.count * 2 == digits.count ? bytes : nil
  }

  static let messages: [(type: String, base64: String, json: String)] = [
    (
      "demo.Kinds",
      """
      wgIAqgYIsFpltMgbKeDqDA0IARDAu/j///////8B6gwECAAQTaoNeAoGMS3wn5iAEm4qbAoHCgEAEgIIAAoiCgEgEh0yGwoCCAAKChoIYgAtYz
      AgCTEKCRGcdQCIPOQ3fgo9CjcAWFwKXGPwn5iAIsOfYi9aLwlaCfCfmIAiImIgCSA5w6kvIjlfw6k5CVwx8J+YgDnDn+a8ojlhEgIIAKoNBwoB
      MBICKgA=
      """,
      #"""
      {"wDouble":0.0,"rDouble":[-1.6832518227017522e+155],"mUint64":{"0":77,"1":-123456},"mValue":{"0":{},"1-\#
      \ud83d\ude00":{"\u0000X\\\n\\c\ud83d\ude00\"\u00dfb/Z/\tZ\t\ud83d\ude00\"\"b \t 9\u00e9/\"9_\u00e99\t\\1\ud83d\#
      \ude009\u00df\u6f229a":null," ":[null,"b\u0000-c0 \t1",1e+300],"\u0000":null}}}
      """#
    ),
    (
      "demo.Kinds",
      """
      OP7///8PUf//////////gAH5//////////8B6gYQ/gAAABGdGn8AAAAAAAAAAPoGDNb+//8AAAAAAAAAAKINDQgBEglcY8OfWlgxOS+iDQUIAB
      IBIg==
      """,
      #"""
      {"aSint32":2147483647,"aFixed64":"18446744073709551615","color":"COLD","rFixed32":[254,2132450577,0,0],"rSfi\#
      xed32":[-298,0,0],"mBool":{"false":"\"","true":"\\c\u00dfZX19/"}}
      """#
    ),
    (
      "demo.Kinds",
      """
      aAHKAgDqAgC6BgEA+gwICLkCEgMQ6Af6DBMIUhIPCMGr97SX/////wEQwKkH+gweCP///////////wESEQiBxI+h6/////8BEP+T69wD
      """,
      #"""
      {"aBool":true,"wFloat":0.0,"wUint32":0,"rInt32":[0],"mSint64":{"-9223372036854775808":"1793-07-26T05:05:05.9\#
      99999999Z","41":"1080-05-07T03:51:29.000120Z","-157":"1970-01-01T00:00:00.000001Z"}}
      """#
    ),
    (
      "demo.Kinds",
      """
      kAHt/v////////8B8gEPCPq1vsWp/v///wEQwKkH+gELEIC2ypH+/////wG6BgrMxKrb+P////8BigcBAKIHDPn//////////wEATZIIEQiAkr
      jDmP7///8BEIDKte4B
      """,
      #"""
      {"maybe":-147,"at":"0145-09-29T21:32:42.000120Z","took":"-0.500s","rInt32":[-1955945908],"rBool":[false],"rC\#
      olor":["COLD","COLOR_UNSPECIFIED",77],"rAt":["0001-01-01T00:00:00.500Z"]}
      """#
    ),
    (
      "demo.Kinds",
      """
      sgEA+gELCPv//////////wGKAh0yGwoRGg/wn5iAMPCfmIBZYgnDn1wKAhoACgIgAOoGBAAAAACqDQ8KCTBiCS85w58vXxICCACqDVgKC1wtCV
      pY5ryiw59ZEkkyRwoCCAAKAggACj0qOwo5CjNiMABcw58gWi0tYlrDqS8AMcOfw6kJw6kwCjExw6lYWCAtYWIgXMOpXDAvYfCfmIDDnzESAggA
      qg0JCgM5IFgSAjIA
      """,
      #"""
      {"inner":{},"took":"-5s","value":["\ud83d\ude000\ud83d\ude00Yb\t\u00df\\","",false],"rFixed32":[0],"mValue":\#
      {"9 X":[],"\\-\tZX\u6f22\u00dfY":[null,null,{"b0\u0000\\\u00df Z--bZ\u00e9/\u00001\u00df\u00e9\t\u00e90\n11\#
      \u00e9XX -ab \\\u00e9\\0/a\ud83d\ude00\u00df1":null}],"0b\t/9\u00df/_":null}}
      """#
    ),
    (
      "demo.Kinds",
      """
      gAH5//////////8BugYMAXjY/f////////8BqggCCACqCAMaAVyqCAkRAAAAAAAABECqCAkRU+aGaskcZDc=
      """,
      #"""
      {"color":"COLD","rInt32":[1,120,-296],"rValue":[null,"\\",2.5,7.214987010363361e-42]}
      """#
    ),
    (
      "demo.Kinds",
      """
      qgIAmgcyiaAAgePpRI4AxPqSBLFNfAjz8EnLA9j1EafY8EFzXFa9+wiV5BhUSpeqT8DzwK5n2qOaBzLQcz+Ebly9nM8fbsutjmqFlksHwiqDoB
      /E7WdzVgc43fQp2kGsJWPQIGPntdSvY7pEX7AH1v//////////AbAHAbAH/////wewBwDCCCwKKnR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xl
      LnByb3RvYnVmLlN0cnVjdA==
      """,
      #"""
      {"empty":{},"rBytes":["iaAAgePpRI4AxPqSBLFNfAjz8EnLA9j1EafY8EFzXFa9+wiV5BhUSpeqT8DzwK5n2qM=","0HM/hG5cvZzPH2\#
      7LrY5qhZZLB8Iqg6AfxO1nc1YHON30KdpBrCVj0CBj57XUr2O6RF8="],"unpacked":[-42,1,2147483647,0],"rAny":[{"@type":"t\#
      ype.googleapis.com/google.protobuf.Struct","value":{}}]}
      """#
    ),
    (
      "demo.Kinds",
      """
      YcH/////////gAFNigEdqggCCACqCBUyEwoGMgQKAiABCgkRAAAAAAAA8D+aATpcIgpiWea8ojAgWTFjCgkgWDlZWC/mvKLDqSLwn5iAw58KYS
      BaAMOpw59f5ryiXDkiYvCfmIA55ryiygIA8gYgAAAAAAAAAAAMfmioRWwO/CYBAAAAAAAAAQAAAAAAAACwB4CAgID4/////wHaDAsIABEAAAAA
      AADwfw==
      """,
      #"""
      {"aSfixed64":"-63","color":77,"child":{"rValue":[null,[[true],1.0]]},"otherName":"\\\"\nbY\u6f220 Y1c\n\#
      \t X9YX/\u6f22\u00e9\"\ud83d\ude00\u00df\na Z\u0000\u00e9\u00df_\u6f22\\9\"b\ud83d\ude009\u6f22","wFloat":0.0,"rF\#
      ixed64":["0","18162573393665752588","294","1"],"unpacked":[-2147483648],"mInt64":{"0":"Infinity"}}
      """#
    ),
    (
      "demo.ed.Ed",
      """
      O0I6CjQv8J+YgABYCWPmvKJaY/CfmIAKIC8xMAkJWS0gCcOpLVggICJhMVnmvKJhYiBZMGHDnzktEgJaAFoE8J+YgDw7WgMiLSA8UxDoB1RaDV
      ggIPCfmIDmvKJZIC8=
      """,
      #"""
      {"many":[{"byName":{"/\ud83d\ude00\u0000X\tc\u6f22Zc\ud83d\ude00\n /10\t\tY- \t\u00e9-X  \"a1Y\u6f22ab Y0a\#
      \u00df9-":{"req":""}},"req":"\ud83d\ude00"},{"req":"\"- "}],"at":"1970-01-01T00:00:00.000001Z","req":"X  \#
      \ud83d\ude00\u6f22Y /"}
      """#
    ),
    (
      "demo.ed.Ed",
      """
      QlwKClwJMC/mvKJfYmESTjJAKzI3WjViCcOpMDkgAF8wIC0vYy1iXznDqVzwn5iAICAgMAljWCAgCcOfIFzwn5iAXMOpMQDwn5iAIFoBWixaAE
      gEWgZi8J+YgGNjZEJECisKWSAJADAvXDDDnyIgYmPmvKIAWTBiAAkvYS9jLwoiWCAwCQAtXFgtOWEwEhU7Wg4JXPCfmIAKw58vw5/DqTxaATla
      CyAgXDkwImPwn5iA
      """,
      #"""
      {"byName":{"\nY \t\u00000/\\0\u00df\" bc\u6f22\u0000Y0b\u0000\t/a/c/\n\"X 0\t\u0000-\\X-9a0":{"many":[{"req"\#
      :"\t\\\ud83d\ude00\n\u00df/\u00df\u00e9"}],"req":"9"},"\\\t0/\u6f22_ba":{"prefixed":{"grouped":{"prefixed":{\#
      "req":"b\t\u00e909 \u0000_0 -/c-b_9\u00e9\\\ud83d\ude00   0\tcX  \t\u00df \\\ud83d\ude00\\\u00e91\u0000\#
      \ud83d\ude00 "},"req":"Z"},"req":""},"shape":"FLAT","req":"b\ud83d\ude00c","sub":{}}},"req":"  \\90\"c\ud83d\#
      \ude00"}
      """#
    ),
    (
      "demo.ed.Ed",
      """
      KzIHWgMiXGFjZFo25ryiWAnwn5iAIl8vMTE5MOa8oi1jCVjDqQkiw58gLyDDqWJhw6liWApYYl8JYyDwn5iAY2FYY2QsSANTCP+C0f+vBxDAqQ
      dUWgZj8J+YgC0=
      """,
      #"""
      {"grouped":{"prefixed":{"req":"\"\\a","sub":{}},"req":"\u6f22X\t\ud83d\ude00\"_/1190\u6f22-c\tX\u00e9\t\"\#
      \u00df / \u00e9ba\u00e9bX\nXb_\tc \ud83d\ude00caX","sub":{}},"shape":"ROUND","at":"9999-12-31T23:59:59.000120Z"\#
      ,"req":"c\ud83d\ude00-"}
      """#
    ),
    (
      "demo.old.Old",
      """
      CMb//////////wFiAdxqqwEYASD//////////396ATaaAQo5CsOpw6lcMCAt+gELEJj4/////////wGCBxjGEw83cQJ0agAAAAAAAAAA//////
      ///3+iBxbAu/j///////8BAQH5//////////8BkggOCP///////////wEQ6AeSCAcIk+nRhK0HkggAsggLCgkRnHUAiDzkN36yCACyCAQKAioA
      6gwECAAQAfIMBQiFARAB8gwFCPIDEAA=
      """,
      #"""
      {"id":-58,"raw":"3A==","kinds":{"anInt32":1,"anInt64":"9223372036854775807","someBytes":"Ng==","otherName":"\#
      9\n\u00e9\u00e9\\0 -","took":"-0.000001s","rSfixed64":["7670758750597092294","0","9223372036854775807"],"rCo\#
      lor":[-123456,"RED","RED","COLD"],"rAt":["1969-12-31T23:59:59.000001Z","9974-10-24T20:07:47Z","1970-01-01T00\#
      :00:00Z"],"rList":[[1e+300],[],[{}]],"mUint64":{"0":"RED"},"mSint32":{"249":false,"-67":true}}}
      """#
    ),
    (
      "demo.old.Old",
      """
      CKwCYgImiGpJTQEAAAB6A8gB3vIBDgj///////////8BEOgHkgIfCgoqCAoGCgASAggAChEyDwoFGgPmvKIKAggACgIIANoGAQDyDAUIlwIQAL
      IGArkC
      """,
      #"""
      {"id":300,"raw":"Jog=","kinds":{"aFixed32":1,"someBytes":"yAHe","at":"1969-12-31T23:59:59.000001Z","list":[{\#
      "":null},["\u6f22",null,null]],"rSint32":[0],"mSint32":{"-140":false}},"[demo.old.deltas]":["-157"]}
      """#
    ),
    (
      "demo.old.Old",
      """
      CAFqmwEJAAAAAAAA8D9dIgEAALIBCwoJYyAxIMOfWCAiggJ8Cj0KN1lcL1owOQox8J+YgDDmvKJZMCAvWiBiw58iYsOfL8OfX1lYIMOfAMOpYz
      ljIOa8ogDwn5iAOQoSAiAACjsKNcOfLQrwn5iAYgpYL+a8olgKAPCfmIBcOSBfAAkiIF85Y8OpOcOpCTHDqWHDqTBhICIvImMJEgIgAA==
      """,
      #"""
      {"id":1,"kinds":{"aDouble":1.0,"aSfixed32":290,"inner":{"name":"c 1 \u00dfX \""},"meta":{"\u00df-\n\ud83d\#
      \ude00b\nX/\u6f22X\n\u0000\ud83d\ude00\\9 _\u0000\t\" _9c\u00e99\u00e9\t1\u00e9a\u00e90a \"/\"c\t":false,"Y\#
      \\/Z09\n1\ud83d\ude000\u6f22Y0 /Z b\u00df\"b\u00df/\u00df_YX \u00df\u0000\u00e9c9c \u6f22\u0000\ud83d\ude009\#
      \n":false}}}
      """#
    ),
    (
      "demo.old.Old",
      """
      CICAgID4/////wESDMOp5ryiYcOfYTBaCktMS0xLCAFMS0xiMuPqeoyeHfL5GiguxoWqdxcZCbdYxnQXVXlleBxxEc0msXK8N0NRp/UYvi0dmn
      iS+nxZ
      """,
      #"""
      {"id":-2147483648,"label":"\u00e9\u6f22a\u00dfa0Z\n","item":[{},{},{"n":1},{}],"raw":"4+p6jJ4d8vkaKC7Ghap3Fx\#
      kJt1jGdBdVeWV4HHERzSaxcrw3Q1Gn9Ri+LR2aeJL6fFk="}
      """#
    ),
  ]
}
