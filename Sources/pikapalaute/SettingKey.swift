/// Every setting there is: its value here is its key in the file and on the command line.
enum SettingKey: String, CaseIterable {
  case adminToken = "admin_token"
  case adminTokenFile = "admin_token_file"
  case database
  case firmwareKey = "firmware_key"
  case httpAddress = "http_address"
  case httpCertificateFile = "http_certificate_file"
  case httpKeyFile = "http_key_file"
  case httpOrigins = "http_origins"
  case httpProxies = "http_proxies"
  case logLevel = "log_level"
  case metricsToken = "metrics_token"
  case metricsTokenFile = "metrics_token_file"
  case mqttCAFile = "mqtt_ca_file"
  case mqttCertificateFile = "mqtt_certificate_file"
  case mqttClientID = "mqtt_client_id"
  case mqttEnrol = "mqtt_enrol"
  case mqttEnrolPassword = "mqtt_enrol_password"
  case mqttEnrolPasswordFile = "mqtt_enrol_password_file"
  case mqttEnrolUser = "mqtt_enrol_user"
  case mqttKeyFile = "mqtt_key_file"
  case mqttPassword = "mqtt_password"
  case mqttPasswordFile = "mqtt_password_file"
  case mqttServerName = "mqtt_server_name"
  case mqttURL = "mqtt_url"
  case oidcClientID = "oidc_client_id"
  case oidcClientSecret = "oidc_client_secret"
  case oidcClientSecretFile = "oidc_client_secret_file"
  case oidcGroups = "oidc_groups"
  case oidcGroupsClaim = "oidc_groups_claim"
  case oidcIdleMinutes = "oidc_idle_minutes"
  case oidcIssuer = "oidc_issuer"
  case oidcOnly = "oidc_only"
  case oidcRedirectURL = "oidc_redirect_url"
  case oidcScope = "oidc_scope"
  case oidcSessionHours = "oidc_session_hours"
  case registry
  case trustClock = "trust_clock"

  static let prefix = "PIKAPALAUTE_"

  /// Its name in the environment.
  var variable: String { Self.prefix + rawValue.uppercased() }
}
