/// The version of osvc, as `osvc --version` prints it.
public let osvcVersion = "0.1.0"
