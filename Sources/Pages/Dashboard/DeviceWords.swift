import CivilTime
import Queries
import Registry
import Reporting
import Store

/// What pages say of a device, in one language.
struct DeviceWords: Sendable {
  let language: Language
  let site: Site

  init(_ language: Language, _ site: Site) {
    self.language = language
    self.site = site
  }

  /// `kuulolla`.
  func state(_ device: Devices.Device) -> String {
    if !device.isRegistered { return language.text(.notRegistered) }
    switch device.isSilent {
    case true?: return language.text(.silent)
    case false?: return language.text(device.isAsleep ? .asleep : .alive)
    case nil: return language.text(.notExpected)
    }
  }

  func place(_ touchpoint: String) -> String {
    touchpoint == Registry.unassigned
      ? language.text(.unassigned)
      : language.name(site.registry.node(touchpoint)?.name ?? [:], or: touchpoint)
  }

  /// - Parameter milliseconds: UTC since 1970; nil = never.
  func moment(_ milliseconds: Int64?) -> String {
    milliseconds.map { language.moment(milliseconds: $0, site.calendar) } ?? language.text(.never)
  }

  /// When a device changed its place: the date, and the time unless it was midnight.
  func change(_ minute: UTCMinute) -> String {
    let hour = UTC.hour(ofSecond: minute * 60)
    let date = site.calendar.date(of: hour)
    if site.calendar.startOfDay(date.daysSince1970) * 60 == minute {
      return language.date(year: date.year, month: date.month, day: date.day)
    }
    return language.moment(milliseconds: Int64(minute) * 60_000, site.calendar)
  }

  /// `2,95`.
  func volts(_ millivolts: Int?) -> String {
    millivolts.map { language.decimal(Double($0) / 1000, places: 2) } ?? "–"
  }

  /// `12 s edellä`: a clock against ours.
  func clock(_ aheadMilliseconds: Int64?) -> String {
    guard let ahead = aheadMilliseconds else { return "–" }
    let seconds = language.decimal(abs(Double(ahead)) / 1000)
    if ahead >= 0 {
      return Phrase("\(seconds) s edellä", "\(seconds) s före", "\(seconds) s ahead")[language]
    }
    return Phrase("\(seconds) s jäljessä", "\(seconds) s efter", "\(seconds) s behind")[language]
  }

  /// `12`, or `12 (laitteessa 11)` where the device has another configuration than it was told.
  func configuration(_ health: DeviceHealth) -> String {
    let told = health.configuredRevision.map { language.integer(Int($0)) } ?? "–"
    guard let reported = health.reportedRevision, reported != health.configuredRevision else {
      return told
    }
    let has = language.integer(Int(reported))
    return Phrase(
      "\(told) (laitteessa \(has))", "\(told) (i enheten \(has))", "\(told) (the device has \(has))"
    )[
      language]
  }

  /// What `/devices/…` says first.
  func sentence(_ device: Devices.Device) -> String {
    let heard = moment(device.lastHeardMilliseconds)
    if !device.isRegistered {
      return Phrase(
        "Laite ei ole enää rekisterissä. Kuultu viimeksi: \(heard).",
        "Enheten finns inte längre i registret. Hördes senast: \(heard).",
        "The device is no longer in the registry. Last heard: \(heard).")[language]
    }
    if device.isSilent == true {
      return Phrase(
        "Laite on hiljaa, vaikka sen pitäisi olla kuulolla. Kuultu viimeksi: \(heard).",
        "Enheten är tyst fast den borde höras. Hördes senast: \(heard).",
        "The device is silent though it should be heard. Last heard: \(heard).")[language]
    }
    if device.isAsleep {
      let due = moment(device.health.dueAtMilliseconds)
      return Phrase(
        "Laite lepää ja ilmoittautuu viimeistään \(due). Kuultu viimeksi: \(heard).",
        "Enheten vilar och hör av sig senast \(due). Hördes senast: \(heard).",
        "The device is asleep and will be heard by \(due). Last heard: \(heard).")[language]
    }
    if device.isSilent == nil {
      return Phrase(
        "Laitteelta ei nyt odoteta mitään: paikka on suljettu tai laite ei ole paikassa. "
          + "Kuultu viimeksi: \(heard).",
        "Inget väntas av enheten nu: platsen är stängd eller enheten står ingenstans. "
          + "Hördes senast: \(heard).",
        "Nothing is expected of the device now: its place is closed, or it stands nowhere. "
          + "Last heard: \(heard).")[language]
    }
    return Phrase(
      "Laite on kuulolla. Kuultu viimeksi: \(heard).",
      "Enheten har kontakt. Hördes senast: \(heard).",
      "The device is alive. Last heard: \(heard).")[language]
  }
}
