import Pages
import Testing

@Suite struct LanguageTests {
  @Test(
    "a header's best liked language is taken, by quality and then by place",
    arguments: [
      ("fi-FI,fi;q=0.9,en;q=0.8", Language.fi), ("sv", .sv), ("en-GB;q=0.5, sv-FI;q=0.7", .sv),
      ("de, en;q=0.3, fi;q=0.2", .en), ("SV-fi", .sv), ("en;q=0.8,sv;q=0.8", .en),
      ("de,*;q=0.1", .fi), ("fi;q=0,*", .sv), ("*", .fi), ("fi; q=0.1 , en ; q=0.2", .en),
      ("en;q=1.000, fi;q=0.999", .en), ("sv;q=0.2, sv;q=0.9, fi;q=0.5", .sv),
    ])
  func header(_ header: String, _ language: Language) {
    #expect(Language(acceptLanguage: header) == language)
  }

  @Test(
    "a header that names none of ours names none",
    arguments: [
      "", "de", "de-DE,fr;q=0.5", "fi;q=0", ",;,;;q=", "fi;q=2", "fi;q=x", "fi;q=0.12345",
      "fi;q=1.1", "finnish", "*;q=0", String(repeating: "xx,", count: 5000) + "fi",
    ])
  func noHeader(_ header: String) {
    #expect(Language(acceptLanguage: header) == nil)
  }

  @Test("a code is read with its region, in any case")
  func codes() {
    #expect(Language(code: "fi") == .fi)
    #expect(Language(code: "sv_FI") == .sv)
    #expect(Language(code: "EN-us") == .en)
    #expect(Language(code: "de") == nil)
    #expect(Language(code: "") == nil)
    #expect(Language(code: "f") == nil)
  }

  @Test("every word of a chart is there in every language", arguments: Language.allCases)
  func words(_ language: Language) {
    for word in ChartWord.allCases {
      let text = language.word(word)
      #expect(!text.isEmpty)
      #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "<") })
    }
    #expect(!language.ownName.isEmpty)
  }

  @Test("no two words of one language are the same", arguments: Language.allCases)
  func distinct(_ language: Language) {
    // Swedish says "svar" of one and of many.
    let texts = ChartWord.allCases.filter { $0 != .response }.map { language.word($0) }
    #expect(Set(texts).count == texts.count)
  }
}
