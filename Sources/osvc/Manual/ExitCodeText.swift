/// What all programs mean by their exit codes, for the manual page and `osvc doc exit`.
struct ExitCodeText {
    let code: String
    let meaning: String

    /// The word of the page.
    static let word = "exit"

    static let all = [
        Self(code: "0", meaning: "Success."),
        Self(
            code: "1",
            meaning:
                "The action failed, the file is wrong, the service is locked, frozen or unknown. Of frozen:"
                + " the service or its node is frozen. Of several services the codes are added, up to 255."
        ),
        Self(code: "2", meaning: "The call is wrong; nothing was done."),
        Self(
            code: "0 to 9",
            meaning:
                "Of the action status: the number of the status, 0 up, 1 down, 2 warn, 3 n/a, 5 undef,"
                + " 6 stdby up, 7 stdby down. Of several services the worst: down, then stdby down, undef, warn,"
                + " stdby up, up, n/a."
        ),
        Self(
            code: "64",
            meaning:
                "Of the action status: the status cannot be told, for the file does not"
                + " load, there is no such service, or the caller is not root; standard error says why. It goes"
                + " before the statuses of other services. Of any call: a limit of the process (ulimit -v, ulimit"
                + " -s) is too small for osvc to run at all; one line names the limit and how to raise it."
        ),
        Self(code: "130", meaning: "A second signal ended an action at once."),
    ]
}
