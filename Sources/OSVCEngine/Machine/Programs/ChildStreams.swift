internal import CLinux
internal import Glibc

/// The standard descriptors of a program about to start, and osvc's ends of its pipes.
struct ChildStreams: ~Copyable {
    /// A pipe for the input of a program, with the bytes to write.
    struct Input: ~Copyable {
        let descriptor: Descriptor
        let bytes: [UInt8]
    }

    /// The ends that osvc keeps once the program runs.
    struct ParentEnds: ~Copyable {
        var input: Input?
        var output: Descriptor?
        var error: Descriptor?
    }

    let childInput: Int32
    let childOutput: Int32
    let childError: Int32
    /// The child's ends, open until it has its own copies.
    private let lent: [Int32]
    private var ends = ParentEnds()

    init(_ command: Command, staying: Bool, nullDevice: Int32) throws(HostError) {
        var lent: [Int32] = []
        var numbers = [nullDevice, 1, 2]
        do throws(HostError) {
            if let bytes = command.input {
                let pipe = try Descriptor.pipe()
                pipe.writing.makeNonBlocking()
                numbers[0] = pipe.reading.number
                ends.input = Input(descriptor: pipe.writing, bytes: bytes)
                lent.append(pipe.reading.take())
            }
            switch command.output {
            case .inherit: break
            case .file(let path, let append):
                // osvc opens it with its own rights: nobody else may decide where the path leads.
                let user = try command.user.map { name throws(HostError) in
                    try Account.user(name).id
                }
                let file = try GuardedPath(path, followingLast: true)
                    .open(for: user, truncating: !append, mode: 0o640)
                file.makeBlocking()
                numbers[1] = file.number
                numbers[2] = file.number
                lent.append(file.take())
            case .capture where staying:
                numbers[1] = nullDevice
                numbers[2] = nullDevice
            case .capture:
                let output = try Descriptor.pipe()
                output.reading.makeNonBlocking()
                numbers[1] = output.writing.number
                let error = try Descriptor.pipe()
                error.reading.makeNonBlocking()
                numbers[2] = error.writing.number
                ends.output = consume output.reading
                ends.error = consume error.reading
                lent += [output.writing.take(), error.writing.take()]
            }
        } catch {
            for number in lent { close(number) }
            throw error
        }
        self.lent = lent
        childInput = numbers[0]
        childOutput = numbers[1]
        childError = numbers[2]
    }

    /// Closes the ends that the child has copies of, and returns osvc's ends.
    consuming func parentEnds() -> ParentEnds {
        var ends = ParentEnds()
        swap(&ends, &self.ends)
        return ends
    }

    deinit {
        for number in lent { close(number) }
    }
}
