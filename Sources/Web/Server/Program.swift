/// The program as it names itself, on the command line and in the OpenAPI document.
public enum Program {
  public static let version = "0.1.0"
}
