/// An HTML page that needs nothing else and, by its policy, can load nothing: the frame of every report.
///
/// Texts are markup already; a script is mockrec's own and has no data in it.
struct HTMLPage {
  var title: String
  /// The `id` of what a reader by keyboard wants first, and what it is.
  var target: (id: String, name: String)
  var style = HTMLStyle.text
  var header: String
  var main: String
  var footer: String
  var script: String?

  var text: String {
    let scripts = self.script == nil ? "" : " script-src 'unsafe-inline';"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline';\(scripts) base-uri 'none'; form-action 'none'">
      <title>\(self.title)</title>
      <style>
      \(self.style)</style>
      </head>
      <body>
      <a class="skip" href="#\(self.target.id)">Skip to \(self.target.name)</a>
      <header>
      \(self.header)</header>
      <main>
      \(self.main)</main>
      <footer><p>\(self.footer)</p></footer>
      \(self.script.map { "<script>\n\($0)</script>\n" } ?? "")</body>
      </html>

      """
  }
}
