#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

let arguments = Array(CommandLine.arguments.dropFirst())
let code = await Interruption.cancelling { await CommandLineTool.standard.run(arguments) }
exit(code.rawValue)
