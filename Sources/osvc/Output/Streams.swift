import Glibc

/// Writes all of the text to a descriptor. A reader that went away (a closed pipe) is no error of ours.
func put(_ text: String, to descriptor: Int32 = 1) {
    put(bytes: Array(text.utf8), to: descriptor)
}

func put(bytes: [UInt8], to descriptor: Int32 = 1) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
    }
}

/// All of standard input.
func allInput() -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = read(0, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
    }
}
