import CivilTime
import Foundation
import Import
import Registry
import Testing

@Suite struct CSVReaderTests {
  static func rows(_ text: String, chunk: Int) throws -> [[String]] {
    var rest = Array(text.utf8)[...]
    var reader = CSVReader {
      defer { rest = rest.dropFirst(chunk) }
      return Array(rest.prefix(chunk))
    }
    var rows: [[String]] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  @Test(
    "records are read as RFC 4180 writes them, whatever the chunks",
    arguments: [
      ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
      ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
      ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
      ("\u{FEFF}a;b\n\"x;y\";\"say \"\"hi\"\"\"\n", [["a", "b"], ["x;y", "say \"hi\""]]),
      ("a\tb\n\"two\nlines\"\t\n", [["a", "b"], ["two\nlines", ""]]),
      ("a,b\n\n\r\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("a\n\u{E4}\u{1F600}\n", [["a"], ["\u{E4}\u{1F600}"]]),
      ("", []),
    ], [1, 2, 3, 1000])
  func records(_ given: (String, [[String]]), _ chunk: Int) throws {
    // A byte order mark and the first line stand in the first chunk of any file.
    let chunk = given.0.hasPrefix("\u{FEFF}") || given.0.contains("\t") ? max(chunk, 16) : chunk
    #expect(try Self.rows(given.0, chunk: chunk) == given.1)
  }

  @Test(
    "what cannot be read names its line",
    arguments: [("a,b\n1,\"2", 2), ("a\n1\n\"", 3)])
  func failures(_ text: String, _ line: Int) {
    do {
      _ = try Self.rows(text, chunk: 7)
      Issue.record("read")
    } catch {
      #expect((error as? CSVReader.Failure)?.line == line)
    }
  }
}

@Suite struct LocalTimeTests {
  @Test(
    "local times are found through both changes of the clock",
    arguments: [
      ("2017-01-01T00:00:00", "2016-12-31T22:00:00Z"),
      ("2017-07-01 12:30", "2017-07-01T09:30:00Z"),
      ("2017-03-26T02:59:59", "2017-03-26T00:59:59Z"),
      ("2017-03-26T04:00:00", "2017-03-26T01:00:00Z"),
      ("2017-10-29T02:59:59", "2017-10-28T23:59:59Z"),
      ("2017-10-29T04:00:00", "2017-10-29T02:00:00Z"),
      ("2017-10-29T03:30:00+02:00", "2017-10-29T01:30:00Z"),
      ("2017-10-29T03:30:00+0200", "2017-10-29T01:30:00Z"),
      ("2017-05-01T00:00:00Z", "2017-05-01T00:00:00Z"),
    ])
  func local(_ text: String, _ utc: String) throws {
    let zone = try #require(TimeZone(identifier: "Europe/Helsinki"))
    let times = LocalTime(offsets: ZoneOffsets(zone))
    let expected = try Date(utc, strategy: .iso8601).timeIntervalSince1970
    #expect(times.moment(parsing: text) == .at(Int64(expected) * 1000))
  }

  @Test(
    "of the hour that autumn repeats the first is meant; the hour that spring leaves out is not")
  func changes() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Helsinki"))
    let times = LocalTime(offsets: ZoneOffsets(zone))
    func at(_ utc: String) throws -> Int64 {
      Int64(try Date(utc, strategy: .iso8601).timeIntervalSince1970) * 1000
    }
    #expect(
      times.moment(parsing: "2017-10-29T03:00:00")
        == .repeated(first: try at("2017-10-29T00:00:00Z")))
    #expect(
      times.moment(parsing: "2017-10-29T03:59:59")
        == .repeated(first: try at("2017-10-29T00:59:59Z")))
    #expect(
      times.moment(parsing: "2018-03-25T03:00:00")
        == .leftOut(unmoved: try at("2018-03-25T01:00:00Z")))
    #expect(
      times.moment(parsing: "2018-03-25T03:59:59")
        == .leftOut(unmoved: try at("2018-03-25T01:59:59Z")))
  }

  @Test(
    "texts that are no times are refused",
    arguments: [
      "", "2017-02-30T10:00:00", "2017-01-01", "2017-01-01T24:00:00", "2017-01-01T10:60:00",
      "2017-01-01T10:00:61", "2017-01-01T10:00:00.", "2017-01-01T10:00:00+3", "1960-01-01T00:00:00",
      "2017-01-01T10:00:00 EET", "９９99-01-01T10:00",
    ])
  func refused(_ text: String) {
    #expect(LocalTime(offsets: ZoneOffsets(.gmt)).moment(parsing: text) == .unreadable)
  }

  @Test("fractions are kept to the millisecond")
  func fractions() {
    let times = LocalTime(offsets: ZoneOffsets(.gmt))
    #expect(times.moment(parsing: "1970-01-01T00:00:01.2507Z") == .at(1250))
    #expect(times.moment(parsing: "1970-01-01T00:00:01.5") == .at(1500))
  }
}

@Suite struct ImportReaderTests {
  static func reader(_ text: String) throws -> ImportReader {
    let yaml = """
      site: helsinki
      time_zone: Europe/Helsinki
      questions: [{id: palvelu, buttons: 4}]
      nodes: [{id: ovi, kind: touchpoint, question: palvelu}]

      """
    var rest = Array(text.utf8)
    return try ImportReader(
      CSVReader {
        defer { rest = [] }
        return rest
      }, registry: Registry(yaml: yaml, name: "registry.yaml"), mapping: PlaceMapping(),
      nowMilliseconds: 1_700_000_000_000)
  }

  @Test(
    "an hour is one hour by the site's clock, also beside the hour that spring leaves out",
    arguments: [
      ("2018-03-25T02:00:00", "2018-03-25T03:00:00", nil),
      ("2018-03-25T02:00:00", "2018-03-25T04:00:00", nil),
      ("2018-03-25T03:00:00", "2018-03-25T04:00:00", .leftOut),
      ("2018-03-25T02:00:00", "2018-03-25T05:00:00", .span),
      ("2017-10-29T02:00:00", "2017-10-29T03:00:00", nil),
      ("2017-10-29T03:00:00+02:00", "2017-10-29T04:00:00", nil),
      // Two hours, told as one.
      ("2017-10-29T03:00:00", "2017-10-29T04:00:00", .span),
      ("2017-05-05T10:00:00", "2017-05-05T12:00:00", .span),
      ("2017-05-05T10:30:00", "2017-05-05T11:30:00", .span),
    ] as [(String, String, SkipReason?)])
  func hours(_ start: String, _ end: String, _ reason: SkipReason?) throws {
    var reader = try Self.reader("node,start,end,count_0,count_1\novi,\(start),\(end),1,2\n")
    switch try #require(try reader.next()) {
    case .success(let row): #expect(reason == nil && row.counts == [1, 2, 0, 0, 0])
    case .failure(let skip): #expect(skip.reason == reason)
    }
  }

  @Test("a line that is passed over is written down as it was, behind its number and the reason")
  func rejected() throws {
    let text =
      "\u{FEFF}id;time;touchpoint;button;note\r\n1;never;ovi;0;\"a;\"\"b\"\"\n\"\r\n2;x\r\n"
    var reader = try Self.reader(text)
    var written = reader.rejectedHeader
    while case .failure(let skip) = try reader.next() { written += reader.rejectedLine(skip) }
    #expect(
      String(decoding: written, as: UTF8.self) == """
        line;reason;id;time;touchpoint;button;note\r
        2;no such time, or it lies in the future: never;1;never;ovi;0;"a;""b""
        "\r
        4;another number of cells than the header: 2 cells, not 5;2;x\r

        """)
    // Read again, the line and the reason are written anew.
    var again = try Self.reader(String(decoding: written, as: UTF8.self))
    #expect(again.rejectedHeader == reader.rejectedHeader)
    guard case .failure(let skip) = try again.next() else {
      Issue.record("the line was taken")
      return
    }
    #expect(
      String(decoding: again.rejectedLine(skip), as: UTF8.self)
        == "2;no such time, or it lies in the future: never;1;never;ovi;0;\"a;\"\"b\"\"\n\"\r\n")
  }
}
