import OSVCEngine

/// An action that edits the file of a classic service, for one service, in plain values.
struct ConfigurationRequest {
    var action: ConfigurationAction
    var service: String
    /// `--rid`: enable, disable, delete.
    var rids: [String] = []
    /// `--param` and `--value`: get, set, unset.
    var parameter: String?
    var value: String?
    /// `--resource`, each as JSON: create, update.
    var resources: [String] = []
    /// `-i`: create.
    var isInteractive = false
    /// `--provision`: refused by name.
    var provisions = false
    /// `--envfile`: install.
    var envFile: String?
    var lockLimit: Duration = .seconds(60)
}
