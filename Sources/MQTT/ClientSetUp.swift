import CMosquitto

/// Sets up a client before it connects.
///
/// - Returns: what went wrong; nil when the client may be used. One without its TLS would say the
///   password in clear, one that is not threaded would acknowledge before the commit.
func clientFault(
  settingUp client: OpaquePointer, for broker: BrokerAddress, tls: TLSContext?
) -> String? {
  var steps: [(what: String, call: () -> Int32)] = [
    ("holding messages back", { unsafe mosquitto_threaded_set(client, true) }),
    ("TCP_NODELAY", { unsafe mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1) }),
  ]
  if let tls {
    steps += [
      ("TLS", { unsafe mosquitto_int_option(client, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0) }),
      ("TLS", { unsafe mosquitto_void_option(client, MOSQ_OPT_SSL_CTX, tls.pointer) }),
    ]
  }
  if let user = broker.user {
    let password = broker.password
    steps.append(("user", { unsafe mosquitto_username_pw_set(client, user, password) }))
  }
  for step in steps {
    let result = step.call()
    if result != MOSQ_ERR_SUCCESS.code {
      return "\(step.what) cannot be set up: \(mosquittoText(result))"
    }
  }
  return nil
}
