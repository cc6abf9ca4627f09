import Foundation
import GRDB
import Ingest

extension StoreReader.Snapshot {
  /// The latest quarantined messages, the newest first; of `topics` alone where they
  /// are given.
  public func quarantine(limit: Int, topics: [String]? = nil) throws -> [QuarantineRow] {
    let only = topics.map {
      "WHERE topic IN (\(Array(repeating: "?", count: $0.count).joined(separator: ", ")))"
    }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT received_ms, channel, topic, reason, detail, bytes, payload
        FROM quarantine \(only ?? "") ORDER BY id DESC LIMIT ?
        """, arguments: StatementArguments(topics ?? []) + [limit]
    ).map { row in
      QuarantineRow(
        receivedAtMilliseconds: row[0], channel: row[1], topic: row[2], reason: row[3],
        detail: row[4], byteCount: row[5], payload: row[6])
    }
  }

  /// All messages ever quarantined, by reason.
  public func quarantineTotals() throws -> [(reason: String, messages: Int)] {
    try Row.fetchAll(
      db, sql: "SELECT reason, messages FROM quarantine_total ORDER BY messages DESC"
    ).map { (reason: $0[0], messages: $0[1]) }
  }

  /// Topics under which unregistered devices sent what the quarantine still has.
  public func unregisteredTopics() throws -> [UnregisteredTopic] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT topic, min(received_ms), max(received_ms), count(*) FROM quarantine
        WHERE reason = ? GROUP BY topic
        """, arguments: [QuarantineReason.unregisteredDevice.rawValue]
    ).map { row in
      UnregisteredTopic(
        topic: row[0], firstMilliseconds: row[1], lastMilliseconds: row[2], messages: row[3])
    }
  }
}

/// Messages of one topic of a device that the registry does not list.
public struct UnregisteredTopic: Sendable {
  /// Of MQTT, or the path of HTTP.
  public var topic: String
  /// Of receipt, UTC since 1970.
  public var firstMilliseconds: Int64
  public var lastMilliseconds: Int64
  /// In the quarantine, which keeps the newest only.
  public var messages: Int
}
