import CFuzzer

/// The main function, under the name that the package manager gives to an executable's; libFuzzer's own is
/// in the library and is not called.
@_cdecl("osvc_fuzz_main")
public func main(
    _ count: CInt,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    var count = count
    var arguments = arguments
    return LLVMFuzzerRunDriver(&count, &arguments, test)
}
