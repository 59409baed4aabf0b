internal import Glibc

/// What the system calls an `errno`: `No such file or directory`.
public func errorText(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
}
