/// Replies that are wrong, each with the message for it.
let loadErrors: [(String, String)] = []
