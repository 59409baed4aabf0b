/// The state that all parts of one running action share.
@EngineActor
final class ActionContext: SiteWork {
    let site: Site
    /// The action; a boot becomes `startstandby` when the service does not start.
    var action: Action
    /// The name that scripts get: that of `action`, or of what drives no resource, such as `freeze`.
    let actionName: String
    /// The options as given; the reason becomes `rollback` while a failed start is rolled back.
    var options: ActionOptions
    var journal: Journal?
    /// Programs that run while the action continues; all are awaited before it ends.
    private var besides: [Task<Void, Never>] = []
    /// The launchers that this action started or tried to start, in order, by resource.
    var launched: [ResourceID: [String]] = [:]
    /// The daemons that have to outlive this action, in order: it started them, or found them young.
    var watchedDaemons: [WatchedDaemon] = []
    /// The resources with a launcher directory of which an entry was started.
    var startedEntries: Set<ResourceID> = []
    /// What is known about the launchers of each resource from the look before its start.
    var before: [ResourceID: LaunchersBefore] = [:]
    /// The first look at each resource right before it was started or stopped.
    var firstLooks: [ResourceID: Observation] = [:]
    /// The answers of launchers that have not been started or stopped since, by resource and name.
    var answers: [ResourceID: [String: LauncherAnswer]] = [:]
    let lastNode: String?
    /// The record of what the service holds on this node.
    let holdings: HoldingKeeper
    /// The log level of lines about files that are written and removed.
    var stepLevel = LogLevel.info
    /// The resources whose conflict checks the action as a whole has done.
    var checkedForConflict: Set<ResourceID> = []

    init(
        _ site: Site,
        action: Action,
        actionName: String? = nil,
        options: ActionOptions,
        lastNode: String?
    ) {
        self.site = site
        holdings = HoldingKeeper(site)
        self.action = action
        self.actionName = actionName ?? action.rawValue
        self.options = options
        self.lastNode = lastNode
    }

    /// Whether every answer of a launcher counts: hooks get to know when the status changes.
    var tellsStatusChange: Bool {
        service.definition.hooks.contains { $0.event == .statusChanged }
    }

    /// What is asked of the launchers of a resource right before its start or stop.
    func questions(before action: LauncherAction) -> LauncherQuestions {
        LauncherQuestions(action: tellsStatusChange ? nil : action, log: log)
    }

    /// What is asked of them after it.
    func questions(after resource: ResourceID) -> LauncherQuestions {
        LauncherQuestions(known: answers[resource] ?? [:], log: log)
    }

    func runBeside(_ body: @escaping @EngineActor @Sendable () async -> Void) {
        besides.append(Task { @EngineActor in await body() })
    }

    func awaitBesides() async {
        for task in besides { await task.value }
        besides = []
    }

    /// A call of a script's function on behalf of this action.
    func call(
        _ script: ScriptReference,
        _ purpose: ScriptCall.Purpose,
        key: ScriptKey,
        limit: Duration?
    ) -> ScriptCall {
        let resource = key.resource.flatMap { service.resource($0) }
        return ScriptCall(
            script: script,
            key: key,
            purpose: purpose,
            action: actionName,
            resourceLabel: resource?.label ?? "",
            resourceType: resource?.type.text ?? "",
            service: service.facts,
            serviceFields: service.fields,
            reason: options.reason,
            force: options.force,
            lastNode: lastNode,
            limit: limit,
            log: log
        )
    }
}
