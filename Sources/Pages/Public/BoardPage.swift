import Foundation
public import Publishing
public import Queries
public import Registry
import Reporting
import Store

/// A place's notice board: so large that it is read across a lobby, and one sheet on paper.
///
/// In each language in turn, or in one. A script renews it when its ``state`` is another.
public struct BoardPage: Sendable {
  private struct Context {
    let t: [String: String]
    let language: String
    let title: String
    let isTurning: Bool
    let events: String
    let state: String
    let content: String
    let lost: String
    let links: [Link]
    let edit: String
  }

  private struct Link {
    /// nil = all in turn.
    let code: String?
    let name: String
    let href: String
    let isCurrent: Bool
  }

  private struct Face {
    let t: [String: String]
    let language: String
    let name: String
    let question: String?
    /// nil where it is hidden, or nothing was published.
    let index: String?
    let sentence: String
    let before: String?
    let faces: String?
    let trend: String?
    let said: Said?
    let published: String?
  }

  private struct Said {
    let saidText: String
    let saidLanguage: String
    let saidAt: String
  }

  private let node: Node
  private let series: PublishedSeries?
  private let texts: [BoardText]
  private let site: Site
  private let question: String?
  private let language: Language?
  private let content: String

  /// - Parameters:
  ///   - series: nil where nothing was published.
  ///   - question: as it was asked for.
  ///   - language: nil = all in turn.
  public init(
    _ node: Node, _ series: PublishedSeries?, _ texts: [BoardText], site: Site,
    question: String?, language: Language?
  ) {
    self.node = node
    self.series = series
    self.texts = texts
    self.site = site
    self.question = question
    self.language = language
    content = (language.map { [$0] } ?? Language.allCases).map { language in
      Self.face(node, series, texts, PublishedWords(site: site, language: language))
    }.joined()
  }

  /// Another text whenever anything on the board is another.
  public var state: String {
    String(
      Token.hash(content).base64EncodedString().filter { $0.isLetter || $0.isNumber }.prefix(16))
  }

  public func html() -> String {
    let first = language ?? .fi
    let address = Address("/board/\(node.id)", [("question", question)])
    let links =
      [
        Link(
          code: nil, name: first.text(.boardInTurn), href: address.text,
          isCurrent: language == nil)
      ]
      + Language.allCases.map {
        Link(
          code: $0.rawValue, name: $0.ownName, href: address.with("lang", $0.rawValue).text,
          isCurrent: $0 == language)
      }
    var events = address.with("lang", language?.rawValue)
    events.path += "/events"
    return Templates.render(
      "board",
      Context(
        t: first.texts, language: first.rawValue,
        title: PublishedWords(site: site, language: first).name(node), isTurning: language == nil,
        events: events.text, state: state, content: content,
        lost: (language.map { [$0] } ?? Language.allCases).map { $0.text(.boardLost) }
          .joined(separator: " · "),
        links: links, edit: Address("/board/\(node.id)/edit", [("lang", first.rawValue)]).text))
  }

  private static func face(
    _ node: Node, _ series: PublishedSeries?, _ texts: [BoardText], _ words: PublishedWords
  ) -> String {
    let language = words.language
    let last = series?.periods.last
    let before = series?.periods.dropLast().last
    let name = words.name(node)
    let text =
      texts.first { $0.language == language.rawValue } ?? texts.first { $0.language == "fi" }
      ?? texts.first
    return Templates.render(
      "board-face",
      Face(
        t: language.texts, language: language.rawValue, name: name,
        question: series.map(words.question),
        index: last?.last.shown.map { _ in words.index(last) },
        sentence: words.sentence(last),
        before: before.map {
          "\(language.text(.before)): \(words.name($0)), "
            + ($0.last.shown == nil
              ? language.text(.suppressed)
              : "\(words.index($0)), \(language.responses($0.last.shown?.responses ?? 0))")
        },
        faces: last?.last.shown.map {
          FacesBar(title: name, sentence: words.sentence(last), counts: $0.counts)
            .frame(in: language)
        },
        trend: series.map { words.chart($0, of: node).frame(in: language) },
        said: text.map {
          Said(
            saidText: $0.text, saidLanguage: $0.language,
            saidAt: words.date($0.writtenAtMilliseconds))
        },
        published: last.map {
          "\(language.text(.publishedAt)) \(words.moment($0.last.publishedAtMilliseconds))"
        }))
  }
}
