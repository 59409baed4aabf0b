internal import Glibc

/// The system's text for an `errno`: `No such file or directory`.
public func errorText(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
}
