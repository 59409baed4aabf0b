internal import CSanitizer

/// Links what the thread sanitizer needs; see `Tests/CSanitizer`.
let sanitizer: Void = osvc_sanitizer()
