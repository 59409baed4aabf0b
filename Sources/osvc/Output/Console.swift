import Glibc
import OSVCEngine

/// The standard output and standard error of a command.
@EngineActor
final class Console {
    enum Stream: Int32 {
        case output = 1
        case error = 2
    }

    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    let outputColours: Colours
    let errorColours: Colours
    /// Whether both streams are the same file, so that a reader sees one after the other.
    let isShared: Bool
    let write: @EngineActor ([UInt8], Stream) -> Void
    /// Whether something waits for the reader of standard error.
    let isErrorPending: @EngineActor () -> Bool
    /// Whether the last line of the terminal says what is waited for, whichever service waits.
    var isProgressShown = false

    /// Both streams are terminals, with colours, or neither is.
    init(
        isTerminal: Bool = false,
        isShared: Bool = false,
        isErrorPending: @escaping @EngineActor () -> Bool = { false },
        write: @escaping @EngineActor ([UInt8], Stream) -> Void
    ) {
        isOutputTerminal = isTerminal
        isErrorTerminal = isTerminal
        outputColours = Colours(on: isTerminal)
        errorColours = Colours(on: isTerminal)
        self.isShared = isShared
        self.isErrorPending = isErrorPending
        self.write = write
    }

    private init() {
        isOutputTerminal = isatty(1) == 1
        isErrorTerminal = isatty(2) == 1
        outputColours = Colours(for: 1)
        errorColours = Colours(for: 2)
        var (output, error) = (stat(), stat())
        isShared =
            fstat(1, &output) == 0 && fstat(2, &error) == 0
            && (output.st_dev, output.st_ino) == (error.st_dev, error.st_ino)
        isErrorPending = { Streams.standard.isErrorPending }
        write = { put(bytes: $0, to: $1.rawValue) }
    }

    /// The streams of this process.
    static let standard = Console()

    /// Writes to standard output.
    func show(_ text: String) { write(Array(text.utf8), .output) }

    /// Writes to standard error.
    func complain(_ text: String) { write(Array(text.utf8), .error) }
}
