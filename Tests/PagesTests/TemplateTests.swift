import Mustache
import Testing

@testable import Pages

@Suite struct TemplateTests {
  @Test("every template can be read", arguments: Templates.names)
  func read(_ name: String) throws {
    let source = Templates.source(name)
    #expect(!source.isEmpty)
    _ = try MustacheTemplate(string: source)
  }

  @Test("an address is written so that it is read as what it was")
  func address() {
    let address = Address("/a", [("lang", "fi"), ("q", "ä & b=c+d/e%"), ("none", nil)])
    #expect(address.text == "/a?lang=fi&q=%C3%A4%20%26%20b%3Dc%2Bd%2Fe%25")
    #expect(address.with("lang", "sv").text.hasPrefix("/a?lang=sv&q="))
    #expect(address.with("q", nil).with("by", "day").text == "/a?lang=fi&by=day")
    #expect(Address("/a").with("lang", "en").text == "/a?lang=en")
  }

  @Test("a page has a text for each word in every language")
  func words() {
    for language in Language.allCases {
      for word in PageWord.allCases { #expect(!language.text(word).isEmpty) }
    }
  }
}
