extension ContextMethod {
    /// The methods of `ctx` and `ev`, in the order of the reference.
    static let all: [ContextMethod] =
        programs + waiting + network + reading + writing + saying
}
