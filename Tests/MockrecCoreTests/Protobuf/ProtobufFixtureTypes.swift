/// The types of the fixtures, made by grpcio-tools 1.85 (libprotoc 35.1) of the three files below:
/// `python -m grpc_tools.protoc -I. --include_imports --descriptor_set_out=all.pb kinds.proto old.proto ed.proto`.
///
/// ```proto
/// // kinds.proto
/// syntax = "proto3";
/// package demo;
/// import "google/protobuf/timestamp.proto";
/// import "google/protobuf/duration.proto";
/// import "google/protobuf/wrappers.proto";
/// import "google/protobuf/struct.proto";
/// import "google/protobuf/field_mask.proto";
/// import "google/protobuf/any.proto";
/// import "google/protobuf/empty.proto";
/// enum Color { COLOR_UNSPECIFIED = 0; RED = 1; COLD = -7; option allow_alias = true; CRIMSON = 1; }
/// message Kinds {
///   double a_double = 1; float a_float = 2; int32 an_int32 = 3; int64 an_int64 = 4; uint32 a_uint32 = 5;
///   uint64 a_uint64 = 6;
///   sint32 a_sint32 = 7; sint64 a_sint64 = 8; fixed32 a_fixed32 = 9; fixed64 a_fixed64 = 10;
///   sfixed32 a_sfixed32 = 11;
///   sfixed64 a_sfixed64 = 12; bool a_bool = 13; string a_string = 14; bytes some_bytes = 15; Color color = 16;
///   Kinds child = 17; optional int32 maybe = 18; string renamed = 19 [json_name = "otherName"];
///   oneof choice { string text = 20; int64 big = 21; Inner inner = 22; google.protobuf.NullValue nothing = 23; }
///   message Inner { string name = 1; repeated Inner more = 2; }
///   google.protobuf.Timestamp at = 30; google.protobuf.Duration took = 31; google.protobuf.Struct meta = 32;
///   google.protobuf.Value value = 33; google.protobuf.ListValue list = 34; google.protobuf.FieldMask mask = 35;
///   google.protobuf.Any any = 36; google.protobuf.Empty empty = 37;
///   google.protobuf.DoubleValue w_double = 40; google.protobuf.FloatValue w_float = 41;
///   google.protobuf.Int64Value w_int64 = 42;
///   google.protobuf.UInt64Value w_uint64 = 43; google.protobuf.Int32Value w_int32 = 44;
///   google.protobuf.UInt32Value w_uint32 = 45;
///   google.protobuf.BoolValue w_bool = 46; google.protobuf.StringValue w_string = 47;
///   google.protobuf.BytesValue w_bytes = 48;
///   repeated double r_double = 101; repeated float r_float = 102; repeated int32 r_int32 = 103;
///   repeated int64 r_int64 = 104;
///   repeated uint32 r_uint32 = 105; repeated uint64 r_uint64 = 106; repeated sint32 r_sint32 = 107;
///   repeated sint64 r_sint64 = 108;
///   repeated fixed32 r_fixed32 = 109; repeated fixed64 r_fixed64 = 110; repeated sfixed32 r_sfixed32 = 111;
///   repeated sfixed64 r_sfixed64 = 112; repeated bool r_bool = 113; repeated string r_string = 114;
///   repeated bytes r_bytes = 115;
///   repeated Color r_color = 116; repeated Kinds r_child = 117; repeated int32 unpacked = 118 [packed = false];
///   repeated google.protobuf.Timestamp r_at = 130; repeated google.protobuf.Value r_value = 133;
///   repeated google.protobuf.ListValue r_list = 134;
///   repeated google.protobuf.Any r_any = 136;
///   map<string, string> m_string = 201; map<int32, Inner> m_int32 = 202; map<int64, double> m_int64 = 203;
///   map<uint32, bytes> m_uint32 = 204;
///   map<uint64, Color> m_uint64 = 205; map<sint32, bool> m_sint32 = 206;
///   map<sint64, google.protobuf.Timestamp> m_sint64 = 207;
///   map<fixed32, float> m_fixed32 = 208; map<fixed64, int64> m_fixed64 = 209;
///   map<sfixed32, Kinds> m_sfixed32 = 210;
///   map<sfixed64, sint32> m_sfixed64 = 211; map<bool, string> m_bool = 212;
///   map<string, google.protobuf.Value> m_value = 213;
/// }
/// service Shop {
///   rpc Get(Kinds) returns (Kinds.Inner); rpc Watch(Kinds) returns (stream Kinds);
///   rpc Put(stream Kinds) returns (google.protobuf.Empty); rpc Chat(stream Kinds) returns (stream Kinds);
/// }
/// // old.proto
/// syntax = "proto2";
/// package demo.old;
/// import "kinds.proto";
/// enum Level { LOW = 1; HIGH = 2; }
/// message Old {
///   required int32 id = 1; optional string label = 2 [default = "x"]; repeated int32 nums = 3;
///   repeated int32 packs = 4 [packed = true];
///   optional group Result = 5 { optional string url = 6; repeated group Part = 7 { optional int64 n = 8; } }
///   repeated group Item = 9 { optional int32 n = 1; }
///   optional Level level = 10; repeated Level levels = 11; optional bytes raw = 12;
///   optional demo.Kinds kinds = 13;
///   extensions 100 to 199;
///   extend Old { optional int32 nested_ext = 101; }
/// }
/// extend Old { optional string note = 100; repeated sint64 deltas = 102 [packed = true];
///   optional demo.Kinds.Inner inner_ext = 103; }
/// // ed.proto
/// edition = "2023";
/// package demo.ed;
/// option features.message_encoding = DELIMITED;
/// import "google/protobuf/timestamp.proto";
/// enum Shape { option features.enum_type = CLOSED; ROUND = 3; FLAT = 4; }
/// message Ed {
///   int32 plain = 1; int32 implicit = 2 [features.field_presence = IMPLICIT]; repeated int32 packed = 3;
///   repeated int32 loose = 4 [features.repeated_field_encoding = EXPANDED]; Ed grouped = 5;
///   Ed prefixed = 6 [features.message_encoding = LENGTH_PREFIXED]; repeated Ed many = 7;
///   map<string, Ed> by_name = 8; Shape shape = 9;
///   google.protobuf.Timestamp at = 10; string req = 11 [features.field_presence = LEGACY_REQUIRED];
///   message Sub { option features = {}; Ed up = 1; }
///   Sub sub = 12;
/// }
/// ```
extension ProtobufFixtures {
  static let descriptorSet = bytes(
    """
    Cv8BCh9nb29nbGUvcHJvdG9idWYvdGltZXN0YW1wLnByb3RvEg9nb29nbGUucHJvdG9idWYiOwoJVGltZXN0YW1wEhgKB3NlY29uZHMYASABKANS
    B3NlY29uZHMSFAoFbmFub3MYAiABKAVSBW5hbm9zQoUBChNjb20uZ29vZ2xlLnByb3RvYnVmQg5UaW1lc3RhbXBQcm90b1ABWjJnb29nbGUuZ29s
    YW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93bi90aW1lc3RhbXBwYvgBAaICA0dQQqoCHkdvb2dsZS5Qcm90b2J1Zi5XZWxsS25vd25UeXBlc2IG
    cHJvdG8zCvsBCh5nb29nbGUvcHJvdG9idWYvZHVyYXRpb24ucHJvdG8SD2dvb2dsZS5wcm90b2J1ZiI6CghEdXJhdGlvbhIYCgdzZWNvbmRzGAEg
    ASgDUgdzZWNvbmRzEhQKBW5hbm9zGAIgASgFUgVuYW5vc0KDAQoTY29tLmdvb2dsZS5wcm90b2J1ZkINRHVyYXRpb25Qcm90b1ABWjFnb29nbGUu
    Z29sYW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93bi9kdXJhdGlvbnBi+AEBogIDR1BCqgIeR29vZ2xlLlByb3RvYnVmLldlbGxLbm93blR5cGVz
    YgZwcm90bzMKhgQKHmdvb2dsZS9wcm90b2J1Zi93cmFwcGVycy5wcm90bxIPZ29vZ2xlLnByb3RvYnVmIiMKC0RvdWJsZVZhbHVlEhQKBXZhbHVl
    GAEgASgBUgV2YWx1ZSIiCgpGbG9hdFZhbHVlEhQKBXZhbHVlGAEgASgCUgV2YWx1ZSIiCgpJbnQ2NFZhbHVlEhQKBXZhbHVlGAEgASgDUgV2YWx1
    ZSIjCgtVSW50NjRWYWx1ZRIUCgV2YWx1ZRgBIAEoBFIFdmFsdWUiIgoKSW50MzJWYWx1ZRIUCgV2YWx1ZRgBIAEoBVIFdmFsdWUiIwoLVUludDMy
    VmFsdWUSFAoFdmFsdWUYASABKA1SBXZhbHVlIiEKCUJvb2xWYWx1ZRIUCgV2YWx1ZRgBIAEoCFIFdmFsdWUiIwoLU3RyaW5nVmFsdWUSFAoFdmFs
    dWUYASABKAlSBXZhbHVlIiIKCkJ5dGVzVmFsdWUSFAoFdmFsdWUYASABKAxSBXZhbHVlQoMBChNjb20uZ29vZ2xlLnByb3RvYnVmQg1XcmFwcGVy
    c1Byb3RvUAFaMWdvb2dsZS5nb2xhbmcub3JnL3Byb3RvYnVmL3R5cGVzL2tub3duL3dyYXBwZXJzcGL4AQGiAgNHUEKqAh5Hb29nbGUuUHJvdG9i
    dWYuV2VsbEtub3duVHlwZXNiBnByb3RvMwriBQocZ29vZ2xlL3Byb3RvYnVmL3N0cnVjdC5wcm90bxIPZ29vZ2xlLnByb3RvYnVmIpgBCgZTdHJ1
    Y3QSOwoGZmllbGRzGAEgAygLMiMuZ29vZ2xlLnByb3RvYnVmLlN0cnVjdC5GaWVsZHNFbnRyeVIGZmllbGRzGlEKC0ZpZWxkc0VudHJ5EhAKA2tl
    eRgBIAEoCVIDa2V5EiwKBXZhbHVlGAIgASgLMhYuZ29vZ2xlLnByb3RvYnVmLlZhbHVlUgV2YWx1ZToCOAEisgIKBVZhbHVlEjsKCm51bGxfdmFs
    dWUYASABKA4yGi5nb29nbGUucHJvdG9idWYuTnVsbFZhbHVlSABSCW51bGxWYWx1ZRIjCgxudW1iZXJfdmFsdWUYAiABKAFIAFILbnVtYmVyVmFs
    dWUSIwoMc3RyaW5nX3ZhbHVlGAMgASgJSABSC3N0cmluZ1ZhbHVlEh8KCmJvb2xfdmFsdWUYBCABKAhIAFIJYm9vbFZhbHVlEjwKDHN0cnVjdF92
    YWx1ZRgFIAEoCzIXLmdvb2dsZS5wcm90b2J1Zi5TdHJ1Y3RIAFILc3RydWN0VmFsdWUSOwoKbGlzdF92YWx1ZRgGIAEoCzIaLmdvb2dsZS5wcm90
    b2J1Zi5MaXN0VmFsdWVIAFIJbGlzdFZhbHVlQgYKBGtpbmQiOwoJTGlzdFZhbHVlEi4KBnZhbHVlcxgBIAMoCzIWLmdvb2dsZS5wcm90b2J1Zi5W
    YWx1ZVIGdmFsdWVzKhsKCU51bGxWYWx1ZRIOCgpOVUxMX1ZBTFVFEABCfwoTY29tLmdvb2dsZS5wcm90b2J1ZkILU3RydWN0UHJvdG9QAVovZ29v
    Z2xlLmdvbGFuZy5vcmcvcHJvdG9idWYvdHlwZXMva25vd24vc3RydWN0cGL4AQGiAgNHUEKqAh5Hb29nbGUuUHJvdG9idWYuV2VsbEtub3duVHlw
    ZXNiBnByb3RvMwrmAQogZ29vZ2xlL3Byb3RvYnVmL2ZpZWxkX21hc2sucHJvdG8SD2dvb2dsZS5wcm90b2J1ZiIhCglGaWVsZE1hc2sSFAoFcGF0
    aHMYASADKAlSBXBhdGhzQoUBChNjb20uZ29vZ2xlLnByb3RvYnVmQg5GaWVsZE1hc2tQcm90b1ABWjJnb29nbGUuZ29sYW5nLm9yZy9wcm90b2J1
    Zi90eXBlcy9rbm93bi9maWVsZG1hc2twYvgBAaICA0dQQqoCHkdvb2dsZS5Qcm90b2J1Zi5XZWxsS25vd25UeXBlc2IGcHJvdG8zCuQBChlnb29n
    bGUvcHJvdG9idWYvYW55LnByb3RvEg9nb29nbGUucHJvdG9idWYiNgoDQW55EhkKCHR5cGVfdXJsGAEgASgJUgd0eXBlVXJsEhQKBXZhbHVlGAIg
    ASgMUgV2YWx1ZUJ2ChNjb20uZ29vZ2xlLnByb3RvYnVmQghBbnlQcm90b1ABWixnb29nbGUuZ29sYW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93
    bi9hbnlwYqICA0dQQqoCHkdvb2dsZS5Qcm90b2J1Zi5XZWxsS25vd25UeXBlc2IGcHJvdG8zCr4BChtnb29nbGUvcHJvdG9idWYvZW1wdHkucHJv
    dG8SD2dvb2dsZS5wcm90b2J1ZiIHCgVFbXB0eUJ9ChNjb20uZ29vZ2xlLnByb3RvYnVmQgpFbXB0eVByb3RvUAFaLmdvb2dsZS5nb2xhbmcub3Jn
    L3Byb3RvYnVmL3R5cGVzL2tub3duL2VtcHR5cGL4AQGiAgNHUEKqAh5Hb29nbGUuUHJvdG9idWYuV2VsbEtub3duVHlwZXNiBnByb3RvMwrCIgoL
    a2luZHMucHJvdG8SBGRlbW8aH2dvb2dsZS9wcm90b2J1Zi90aW1lc3RhbXAucHJvdG8aHmdvb2dsZS9wcm90b2J1Zi9kdXJhdGlvbi5wcm90bxoe
    Z29vZ2xlL3Byb3RvYnVmL3dyYXBwZXJzLnByb3RvGhxnb29nbGUvcHJvdG9idWYvc3RydWN0LnByb3RvGiBnb29nbGUvcHJvdG9idWYvZmllbGRf
    bWFzay5wcm90bxoZZ29vZ2xlL3Byb3RvYnVmL2FueS5wcm90bxobZ29vZ2xlL3Byb3RvYnVmL2VtcHR5LnByb3RvItUeCgVLaW5kcxIZCghhX2Rv
    dWJsZRgBIAEoAVIHYURvdWJsZRIXCgdhX2Zsb2F0GAIgASgCUgZhRmxvYXQSGQoIYW5faW50MzIYAyABKAVSB2FuSW50MzISGQoIYW5faW50NjQY
    BCABKANSB2FuSW50NjQSGQoIYV91aW50MzIYBSABKA1SB2FVaW50MzISGQoIYV91aW50NjQYBiABKARSB2FVaW50NjQSGQoIYV9zaW50MzIYByAB
    KBFSB2FTaW50MzISGQoIYV9zaW50NjQYCCABKBJSB2FTaW50NjQSGwoJYV9maXhlZDMyGAkgASgHUghhRml4ZWQzMhIbCglhX2ZpeGVkNjQYCiAB
    KAZSCGFGaXhlZDY0Eh0KCmFfc2ZpeGVkMzIYCyABKA9SCWFTZml4ZWQzMhIdCgphX3NmaXhlZDY0GAwgASgQUglhU2ZpeGVkNjQSFQoGYV9ib29s
    GA0gASgIUgVhQm9vbBIZCghhX3N0cmluZxgOIAEoCVIHYVN0cmluZxIdCgpzb21lX2J5dGVzGA8gASgMUglzb21lQnl0ZXMSIQoFY29sb3IYECAB
    KA4yCy5kZW1vLkNvbG9yUgVjb2xvchIhCgVjaGlsZBgRIAEoCzILLmRlbW8uS2luZHNSBWNoaWxkEhkKBW1heWJlGBIgASgFSAFSBW1heWJliAEB
    EhoKB3JlbmFtZWQYEyABKAlSCW90aGVyTmFtZRIUCgR0ZXh0GBQgASgJSABSBHRleHQSEgoDYmlnGBUgASgDSABSA2JpZxIpCgVpbm5lchgWIAEo
    CzIRLmRlbW8uS2luZHMuSW5uZXJIAFIFaW5uZXISNgoHbm90aGluZxgXIAEoDjIaLmdvb2dsZS5wcm90b2J1Zi5OdWxsVmFsdWVIAFIHbm90aGlu
    ZxIqCgJhdBgeIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXBSAmF0Ei0KBHRvb2sYHyABKAsyGS5nb29nbGUucHJvdG9idWYuRHVyYXRp
    b25SBHRvb2sSKwoEbWV0YRggIAEoCzIXLmdvb2dsZS5wcm90b2J1Zi5TdHJ1Y3RSBG1ldGESLAoFdmFsdWUYISABKAsyFi5nb29nbGUucHJvdG9i
    dWYuVmFsdWVSBXZhbHVlEi4KBGxpc3QYIiABKAsyGi5nb29nbGUucHJvdG9idWYuTGlzdFZhbHVlUgRsaXN0Ei4KBG1hc2sYIyABKAsyGi5nb29n
    bGUucHJvdG9idWYuRmllbGRNYXNrUgRtYXNrEiYKA2FueRgkIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnlSA2FueRIsCgVlbXB0eRglIAEoCzIW
    Lmdvb2dsZS5wcm90b2J1Zi5FbXB0eVIFZW1wdHkSNwoId19kb3VibGUYKCABKAsyHC5nb29nbGUucHJvdG9idWYuRG91YmxlVmFsdWVSB3dEb3Vi
    bGUSNAoHd19mbG9hdBgpIAEoCzIbLmdvb2dsZS5wcm90b2J1Zi5GbG9hdFZhbHVlUgZ3RmxvYXQSNAoHd19pbnQ2NBgqIAEoCzIbLmdvb2dsZS5w
    cm90b2J1Zi5JbnQ2NFZhbHVlUgZ3SW50NjQSNwoId191aW50NjQYKyABKAsyHC5nb29nbGUucHJvdG9idWYuVUludDY0VmFsdWVSB3dVaW50NjQS
    NAoHd19pbnQzMhgsIAEoCzIbLmdvb2dsZS5wcm90b2J1Zi5JbnQzMlZhbHVlUgZ3SW50MzISNwoId191aW50MzIYLSABKAsyHC5nb29nbGUucHJv
    dG9idWYuVUludDMyVmFsdWVSB3dVaW50MzISMQoGd19ib29sGC4gASgLMhouZ29vZ2xlLnByb3RvYnVmLkJvb2xWYWx1ZVIFd0Jvb2wSNwoId19z
    dHJpbmcYLyABKAsyHC5nb29nbGUucHJvdG9idWYuU3RyaW5nVmFsdWVSB3dTdHJpbmcSNAoHd19ieXRlcxgwIAEoCzIbLmdvb2dsZS5wcm90b2J1
    Zi5CeXRlc1ZhbHVlUgZ3Qnl0ZXMSGQoIcl9kb3VibGUYZSADKAFSB3JEb3VibGUSFwoHcl9mbG9hdBhmIAMoAlIGckZsb2F0EhcKB3JfaW50MzIY
    ZyADKAVSBnJJbnQzMhIXCgdyX2ludDY0GGggAygDUgZySW50NjQSGQoIcl91aW50MzIYaSADKA1SB3JVaW50MzISGQoIcl91aW50NjQYaiADKARS
    B3JVaW50NjQSGQoIcl9zaW50MzIYayADKBFSB3JTaW50MzISGQoIcl9zaW50NjQYbCADKBJSB3JTaW50NjQSGwoJcl9maXhlZDMyGG0gAygHUghy
    Rml4ZWQzMhIbCglyX2ZpeGVkNjQYbiADKAZSCHJGaXhlZDY0Eh0KCnJfc2ZpeGVkMzIYbyADKA9SCXJTZml4ZWQzMhIdCgpyX3NmaXhlZDY0GHAg
    AygQUglyU2ZpeGVkNjQSFQoGcl9ib29sGHEgAygIUgVyQm9vbBIZCghyX3N0cmluZxhyIAMoCVIHclN0cmluZxIXCgdyX2J5dGVzGHMgAygMUgZy
    Qnl0ZXMSJAoHcl9jb2xvchh0IAMoDjILLmRlbW8uQ29sb3JSBnJDb2xvchIkCgdyX2NoaWxkGHUgAygLMgsuZGVtby5LaW5kc1IGckNoaWxkEh4K
    CHVucGFja2VkGHYgAygFQgIQAFIIdW5wYWNrZWQSLgoEcl9hdBiCASADKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wUgNyQXQSMAoHcl92
    YWx1ZRiFASADKAsyFi5nb29nbGUucHJvdG9idWYuVmFsdWVSBnJWYWx1ZRIyCgZyX2xpc3QYhgEgAygLMhouZ29vZ2xlLnByb3RvYnVmLkxpc3RW
    YWx1ZVIFckxpc3QSKgoFcl9hbnkYiAEgAygLMhQuZ29vZ2xlLnByb3RvYnVmLkFueVIEckFueRI0CghtX3N0cmluZxjJASADKAsyGC5kZW1vLktp
    bmRzLk1TdHJpbmdFbnRyeVIHbVN0cmluZxIxCgdtX2ludDMyGMoBIAMoCzIXLmRlbW8uS2luZHMuTUludDMyRW50cnlSBm1JbnQzMhIxCgdtX2lu
    dDY0GMsBIAMoCzIXLmRlbW8uS2luZHMuTUludDY0RW50cnlSBm1JbnQ2NBI0CghtX3VpbnQzMhjMASADKAsyGC5kZW1vLktpbmRzLk1VaW50MzJF
    bnRyeVIHbVVpbnQzMhI0CghtX3VpbnQ2NBjNASADKAsyGC5kZW1vLktpbmRzLk1VaW50NjRFbnRyeVIHbVVpbnQ2NBI0CghtX3NpbnQzMhjOASAD
    KAsyGC5kZW1vLktpbmRzLk1TaW50MzJFbnRyeVIHbVNpbnQzMhI0CghtX3NpbnQ2NBjPASADKAsyGC5kZW1vLktpbmRzLk1TaW50NjRFbnRyeVIH
    bVNpbnQ2NBI3CgltX2ZpeGVkMzIY0AEgAygLMhkuZGVtby5LaW5kcy5NRml4ZWQzMkVudHJ5UghtRml4ZWQzMhI3CgltX2ZpeGVkNjQY0QEgAygL
    MhkuZGVtby5LaW5kcy5NRml4ZWQ2NEVudHJ5UghtRml4ZWQ2NBI6CgptX3NmaXhlZDMyGNIBIAMoCzIaLmRlbW8uS2luZHMuTVNmaXhlZDMyRW50
    cnlSCW1TZml4ZWQzMhI6CgptX3NmaXhlZDY0GNMBIAMoCzIaLmRlbW8uS2luZHMuTVNmaXhlZDY0RW50cnlSCW1TZml4ZWQ2NBIuCgZtX2Jvb2wY
    1AEgAygLMhYuZGVtby5LaW5kcy5NQm9vbEVudHJ5UgVtQm9vbBIxCgdtX3ZhbHVlGNUBIAMoCzIXLmRlbW8uS2luZHMuTVZhbHVlRW50cnlSBm1W
    YWx1ZRpCCgVJbm5lchISCgRuYW1lGAEgASgJUgRuYW1lEiUKBG1vcmUYAiADKAsyES5kZW1vLktpbmRzLklubmVyUgRtb3JlGjoKDE1TdHJpbmdF
    bnRyeRIQCgNrZXkYASABKAlSA2tleRIUCgV2YWx1ZRgCIAEoCVIFdmFsdWU6AjgBGkwKC01JbnQzMkVudHJ5EhAKA2tleRgBIAEoBVIDa2V5EicK
    BXZhbHVlGAIgASgLMhEuZGVtby5LaW5kcy5Jbm5lclIFdmFsdWU6AjgBGjkKC01JbnQ2NEVudHJ5EhAKA2tleRgBIAEoA1IDa2V5EhQKBXZhbHVl
    GAIgASgBUgV2YWx1ZToCOAEaOgoMTVVpbnQzMkVudHJ5EhAKA2tleRgBIAEoDVIDa2V5EhQKBXZhbHVlGAIgASgMUgV2YWx1ZToCOAEaRwoMTVVp
    bnQ2NEVudHJ5EhAKA2tleRgBIAEoBFIDa2V5EiEKBXZhbHVlGAIgASgOMgsuZGVtby5Db2xvclIFdmFsdWU6AjgBGjoKDE1TaW50MzJFbnRyeRIQ
    CgNrZXkYASABKBFSA2tleRIUCgV2YWx1ZRgCIAEoCFIFdmFsdWU6AjgBGlYKDE1TaW50NjRFbnRyeRIQCgNrZXkYASABKBJSA2tleRIwCgV2YWx1
    ZRgCIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXBSBXZhbHVlOgI4ARo7Cg1NRml4ZWQzMkVudHJ5EhAKA2tleRgBIAEoB1IDa2V5EhQK
    BXZhbHVlGAIgASgCUgV2YWx1ZToCOAEaOwoNTUZpeGVkNjRFbnRyeRIQCgNrZXkYASABKAZSA2tleRIUCgV2YWx1ZRgCIAEoA1IFdmFsdWU6AjgB
    GkkKDk1TZml4ZWQzMkVudHJ5EhAKA2tleRgBIAEoD1IDa2V5EiEKBXZhbHVlGAIgASgLMgsuZGVtby5LaW5kc1IFdmFsdWU6AjgBGjwKDk1TZml4
    ZWQ2NEVudHJ5EhAKA2tleRgBIAEoEFIDa2V5EhQKBXZhbHVlGAIgASgRUgV2YWx1ZToCOAEaOAoKTUJvb2xFbnRyeRIQCgNrZXkYASABKAhSA2tl
    eRIUCgV2YWx1ZRgCIAEoCVIFdmFsdWU6AjgBGlEKC01WYWx1ZUVudHJ5EhAKA2tleRgBIAEoCVIDa2V5EiwKBXZhbHVlGAIgASgLMhYuZ29vZ2xl
    LnByb3RvYnVmLlZhbHVlUgV2YWx1ZToCOAFCCAoGY2hvaWNlQggKBl9tYXliZSpLCgVDb2xvchIVChFDT0xPUl9VTlNQRUNJRklFRBAAEgcKA1JF
    RBABEhEKBENPTEQQ+f//////////ARILCgdDUklNU09OEAEaAhABMqYBCgRTaG9wEiUKA0dldBILLmRlbW8uS2luZHMaES5kZW1vLktpbmRzLklu
    bmVyEiMKBVdhdGNoEgsuZGVtby5LaW5kcxoLLmRlbW8uS2luZHMwARIsCgNQdXQSCy5kZW1vLktpbmRzGhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5
    KAESJAoEQ2hhdBILLmRlbW8uS2luZHMaCy5kZW1vLktpbmRzKAEwAWIGcHJvdG8zCrEFCglvbGQucHJvdG8SCGRlbW8ub2xkGgtraW5kcy5wcm90
    byLjAwoDT2xkEg4KAmlkGAEgAigFUgJpZBIXCgVsYWJlbBgCIAEoCToBeFIFbGFiZWwSEgoEbnVtcxgDIAMoBVIEbnVtcxIYCgVwYWNrcxgEIAMo
    BUICEAFSBXBhY2tzEiwKBnJlc3VsdBgFIAEoCjIULmRlbW8ub2xkLk9sZC5SZXN1bHRSBnJlc3VsdBImCgRpdGVtGAkgAygKMhIuZGVtby5vbGQu
    T2xkLkl0ZW1SBGl0ZW0SJQoFbGV2ZWwYCiABKA4yDy5kZW1vLm9sZC5MZXZlbFIFbGV2ZWwSJwoGbGV2ZWxzGAsgAygOMg8uZGVtby5vbGQuTGV2
    ZWxSBmxldmVscxIQCgNyYXcYDCABKAxSA3JhdxIhCgVraW5kcxgNIAEoCzILLmRlbW8uS2luZHNSBWtpbmRzGl8KBlJlc3VsdBIQCgN1cmwYBiAB
    KAlSA3VybBItCgRwYXJ0GAcgAygKMhkuZGVtby5vbGQuT2xkLlJlc3VsdC5QYXJ0UgRwYXJ0GhQKBFBhcnQSDAoBbhgIIAEoA1IBbhoUCgRJdGVt
    EgwKAW4YASABKAVSAW4qBQhkEMgBMiwKCm5lc3RlZF9leHQSDS5kZW1vLm9sZC5PbGQYZSABKAVSCW5lc3RlZEV4dCoaCgVMZXZlbBIHCgNMT1cQ
    ARIICgRISUdIEAI6IQoEbm90ZRINLmRlbW8ub2xkLk9sZBhkIAEoCVIEbm90ZTopCgZkZWx0YXMSDS5kZW1vLm9sZC5PbGQYZiADKBJCAhABUgZk
    ZWx0YXM6PQoJaW5uZXJfZXh0Eg0uZGVtby5vbGQuT2xkGGcgASgLMhEuZGVtby5LaW5kcy5Jbm5lclIIaW5uZXJFeHQKiQUKCGVkLnByb3RvEgdk
    ZW1vLmVkGh9nb29nbGUvcHJvdG9idWYvdGltZXN0YW1wLnByb3RvIpoECgJFZBIUCgVwbGFpbhgBIAEoBVIFcGxhaW4SIQoIaW1wbGljaXQYAiAB
    KAVCBaoBAggCUghpbXBsaWNpdBIWCgZwYWNrZWQYAyADKAVSBnBhY2tlZBIbCgVsb29zZRgEIAMoBUIFqgECGAJSBWxvb3NlEiUKB2dyb3VwZWQY
    BSABKAsyCy5kZW1vLmVkLkVkUgdncm91cGVkEi4KCHByZWZpeGVkGAYgASgLMgsuZGVtby5lZC5FZEIFqgECKAFSCHByZWZpeGVkEh8KBG1hbnkY
    ByADKAsyCy5kZW1vLmVkLkVkUgRtYW55EjAKB2J5X25hbWUYCCADKAsyFy5kZW1vLmVkLkVkLkJ5TmFtZUVudHJ5UgZieU5hbWUSJAoFc2hhcGUY
    CSABKA4yDi5kZW1vLmVkLlNoYXBlUgVzaGFwZRIqCgJhdBgKIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXBSAmF0EhcKA3JlcRgLIAEo
    CUIFqgECCANSA3JlcRIhCgNzdWIYDCABKAsyDy5kZW1vLmVkLkVkLlN1YlIDc3ViGkYKC0J5TmFtZUVudHJ5EhAKA2tleRgBIAEoCVIDa2V5EiEK
    BXZhbHVlGAIgASgLMgsuZGVtby5lZC5FZFIFdmFsdWU6AjgBGiYKA1N1YhIbCgJ1cBgBIAEoCzILLmRlbW8uZWQuRWRSAnVwOgJiACoiCgVTaGFw
    ZRIJCgVST1VORBADEggKBEZMQVQQBBoEOgIQAkIFkgMCKAJiCGVkaXRpb25zcOgH
    """)
}
