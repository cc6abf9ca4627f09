import GRDB
import GRDBSQLite
import Registry

/// The numbers of a row of counts, in the order of its columns.
struct CountRow {
  /// The columns' names as a list for SQL: every table of counts ends with them.
  static let columns = CountNumber.names.joined(separator: ", ")

  var values = CountNumbers(repeating: 0)

  static func += (sum: inout CountRow, other: CountRow) {
    for index in sum.values.indices { sum.values[index] += other.values[index] }
  }

  var isZero: Bool { values.indices.allSatisfy { values[$0] == 0 } }

  var negated: CountRow {
    var row = CountRow()
    for index in values.indices { row.values[index] = -values[index] }
    return row
  }
}

/// A prepared statement whose every argument and column is an integer: what a batch writes by
/// the thousand and a result reads by the thousand.
@safe
struct IntegerStatement {
  private let database: Database
  private let statement: Statement
  private let handle: OpaquePointer

  init(_ database: Database, _ sql: String) throws {
    self.database = database
    statement = try database.cachedStatement(sql: sql)
    unsafe handle = statement.sqliteStatement
  }

  func bind(_ value: Int64, at index: Int32) {
    unsafe sqlite3_bind_int64(handle, index, value)
  }

  func bindNull(at index: Int32) {
    unsafe sqlite3_bind_null(handle, index)
  }

  /// Binds a row's numbers from argument `index` on.
  func bind(_ row: CountRow, from index: Int32) {
    for offset in row.values.indices { bind(row.values[offset], at: index + Int32(offset)) }
  }

  /// Runs a statement that returns no rows.
  func run() throws {
    defer { unsafe sqlite3_reset(handle) }
    try check(unsafe sqlite3_step(handle), SQLITE_DONE)
  }

  /// Calls `body` for every row.
  func forEachRow(_ body: () -> Void) throws {
    defer { unsafe sqlite3_reset(handle) }
    while true {
      let code = unsafe sqlite3_step(handle)
      if code == SQLITE_DONE { return }
      try check(code, SQLITE_ROW)
      body()
    }
  }

  /// A column of the row at hand; NULL reads as 0.
  func column(_ index: Int32) -> Int64 {
    unsafe sqlite3_column_int64(handle, index)
  }

  /// A row's numbers from column `index` on.
  func row(from index: Int32) -> CountRow {
    var row = CountRow()
    for offset in row.values.indices { row.values[offset] = column(index + Int32(offset)) }
    return row
  }

  private func check(_ code: Int32, _ expected: Int32) throws {
    if code == expected { return }
    throw DatabaseError(
      resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage,
      sql: statement.sql)
  }
}
