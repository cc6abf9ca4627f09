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
      // 03:00 to 04:00 does not exist: the clock was not moved yet.
      ("2017-03-26T03:30:00", "2017-03-26T01:30:00Z"),
      ("2017-03-26T04:00:00", "2017-03-26T01:00:00Z"),
      // 03:00 to 04:00 comes twice: the first.
      ("2017-10-29T03:30:00", "2017-10-29T00:30:00Z"),
      ("2017-10-29T04:00:00", "2017-10-29T02:00:00Z"),
      ("2017-10-29T03:30:00+02:00", "2017-10-29T01:30:00Z"),
      ("2017-10-29T03:30:00+0200", "2017-10-29T01:30:00Z"),
      ("2017-05-01T00:00:00Z", "2017-05-01T00:00:00Z"),
    ])
  func local(_ text: String, _ utc: String) throws {
    let zone = try #require(TimeZone(identifier: "Europe/Helsinki"))
    let times = LocalTime(offsets: ZoneOffsets(zone))
    let expected = try Date(utc, strategy: .iso8601).timeIntervalSince1970
    #expect(times.milliseconds(parsing: text) == Int64(expected) * 1000)
  }

  @Test(
    "texts that are no times are refused",
    arguments: [
      "", "2017-02-30T10:00:00", "2017-01-01", "2017-01-01T24:00:00", "2017-01-01T10:60:00",
      "2017-01-01T10:00:61", "2017-01-01T10:00:00.", "2017-01-01T10:00:00+3", "1960-01-01T00:00:00",
      "2017-01-01T10:00:00 EET", "９９99-01-01T10:00",
    ])
  func refused(_ text: String) {
    #expect(LocalTime(offsets: ZoneOffsets(.gmt)).milliseconds(parsing: text) == nil)
  }

  @Test("fractions are kept to the millisecond")
  func fractions() {
    let times = LocalTime(offsets: ZoneOffsets(.gmt))
    #expect(times.milliseconds(parsing: "1970-01-01T00:00:01.2507Z") == 1250)
    #expect(times.milliseconds(parsing: "1970-01-01T00:00:01.5") == 1500)
  }
}
