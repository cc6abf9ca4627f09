import Crypto
import Foundation
import GRDB

/// Firmware on its way to the devices of a model, in stages.
public struct FirmwareOffer: Sendable, Equatable {
  public enum State: String, Sendable, CaseIterable {
    /// Goes on by itself.
    case rolling
    /// Somebody made it wait: nobody is told.
    case paused
    /// It stopped by itself: health fell. Nobody is told.
    case stopped
    /// All devices of its last stage are told, new ones too.
    case complete
    case withdrawn
  }

  public let id: Int64
  public let manifest: FirmwareManifest
  public let offeredAtMilliseconds: Int64
  /// Who made it, as in the audit log.
  public let maker: String
  /// Percent of the devices, rising, 1…100; one or more.
  public let stages: [Int]
  /// How long a stage lasts at least.
  public let stageMilliseconds: Int64
  /// The place in `stages` that is reached.
  public var stage: Int
  /// Since when, or since when it goes on again.
  public var stageSinceMilliseconds: Int64
  public var state: State
  /// Why it stands as it does; empty when nothing is to be said.
  public var reason: String

  init(_ row: Row) throws {
    id = row["id"]
    let text: String = row["manifest"]
    manifest = try FirmwareManifest(json: Data(text.utf8))
    offeredAtMilliseconds = row["offered_ms"]
    maker = row["maker"]
    let stages: String = row["stages"]
    self.stages = stages.split(separator: ",").compactMap { Int($0) }
    stageMilliseconds = row["stage_ms"]
    stage = row["stage"]
    stageSinceMilliseconds = row["since_ms"]
    state = State(rawValue: row["state"]) ?? .paused
    reason = row["reason"]
  }

  /// Percent of the devices that are to be told now.
  public var percent: Int { stages.indices.contains(stage) ? stages[stage] : 0 }

  public var isLastStage: Bool { stage + 1 >= stages.count }

  /// Devices that were told are told still.
  public var isTold: Bool { state == .rolling || state == .complete }

  /// Whether a device of the model belongs to the stage: by a hash of its name and the manifest, so that
  /// every offer begins with other devices, and no stage loses one of the stage before.
  public func reaches(_ device: String) -> Bool {
    var hash = SHA256()
    hash.update(data: manifest.signedBytes)
    hash.update(data: Data(device.utf8))
    let number = hash.finalize().prefix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return number % 10_000 < UInt64(percent) * 100
  }
}

/// What an offer knows of a device.
public struct OfferedDevice: Sendable, Equatable {
  public let device: String
  /// When it was first told; nil = not yet.
  public var toldAtMilliseconds: Int64?
  /// When it first said that it runs the version; nil = not yet.
  public var tookAtMilliseconds: Int64?
  /// It was in trouble when it was told; when the stage began, if it was not told yet.
  public var wasTroubled: Bool

  public init(
    device: String, toldAtMilliseconds: Int64?, tookAtMilliseconds: Int64?, wasTroubled: Bool
  ) {
    self.device = device
    self.toldAtMilliseconds = toldAtMilliseconds
    self.tookAtMilliseconds = tookAtMilliseconds
    self.wasTroubled = wasTroubled
  }

  init(_ row: Row) {
    device = row["device"]
    toldAtMilliseconds = row["told_ms"]
    tookAtMilliseconds = row["took_ms"]
    wasTroubled = row["was_troubled"]
  }
}
