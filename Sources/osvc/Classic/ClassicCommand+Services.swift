import OSVCEngine

/// Which services a call is for.
extension ClassicCommand {
    func perform() async -> Int32 {
        if isActing, !options.dryRun { Streams.standard.beginAction() }
        do throws(SessionError) {
            let services = try NodeServices(context, debug: options.debug)
            if case .configure(let action) = work { return try await configure(action, services) }
            if showsAllTrees {
                context.leaveDirectory()
                let rows = ServiceRows(services: services, debug: options.debug)
                return await rows.showTrees(of: try services.names()) ? Exit.success : Exit.failure
            }
            let names = try names(services)
            let (sessions, refusals) = await chosen(names, services)
            guard !sessions.isEmpty || !isNamed else {
                // A refused service is told; that nothing ran must show in the exit code, too
                // (decisions.md 36).
                if name == .svcmgr, !isTree, names.allSatisfy(services.exists) {
                    console.complain(Self.noService)
                }
                return failureCode
            }
            services.letGo()
            context.leaveDirectory()
            let code = total(await options.parallel ? inParallel(sessions) : inTurn(sessions))
            // Nothing was done for what cannot be loaded (decisions.md 36, 45 and 55).
            return refusals == 0 || passesOver ? code : max(code, failureCode)
        } catch {
            error.tellDiagnostics(console)
            return failureCode
        }
    }

    private var isTree: Bool { Self.isTree(program) }

    var request: Request? {
        if case .request(let request) = work { return request }
        return nil
    }

    private var isActing: Bool { request?.acts == true }
    var isStatus: Bool { request == .statusCode }
    private var failureCode: Int32 { request?.failureCode ?? Exit.failure }

    /// Whether only root may do it.
    var needsRoot: Bool {
        switch work {
        case .request(let request): request.needsRoot
        case .configure(let action): action != .get
        case .later: false
        }
    }

    /// Whether the trees of all services are wanted, each of which another process may show.
    private var showsAllTrees: Bool { !isNamed && filter.isOpen && request == .printStatus }

    /// Whether named services that are none, or that are refused, are passed over: a question in the dialect of the
    /// classic release, whose answers are as recorded.
    private var passesOver: Bool { isNamed && !isTree && !isActing && !isStatus }

    /// Whether the services were named, so that finding none of them is a failure.
    private var isNamed: Bool {
        if case .all = name { return false }
        return true
    }

    func names(_ services: NodeServices) throws(SessionError) -> [String] {
        switch name {
        case .service(let name), .cluster(let name), .stonith(let name): return [name]
        case .svcmgr where !options.services.isEmpty:
            let names = options.services.distinctByBytes()
            return passesOver ? names.filter(services.exists) : names
        case .svcmgr where filter.isOpen: return []
        default: return try services.names()
        }
    }

    var filter: ServiceFilter {
        if case .all(let filter) = name { return filter }
        let place: ServiceFilter.Place? =
            options.onlyPrimary ? .primary : options.onlySecondary ? .secondary : nil
        return ServiceFilter(
            statuses: options.status.flatMap(Status.init(classic:)).map { [$0] },
            place: place
        )
    }

    /// The services that the action is for, and how many cannot be loaded.
    func chosen(
        _ names: [String],
        _ services: NodeServices
    ) async -> (sessions: [ServiceSession], refusals: Int32) {
        var chosen: [ServiceSession] = []
        var refusals: Int32 = 0
        for name in names {
            let opening = services.open(name, sharesHost: !options.parallel, for: use)
            guard let session = opening.session else {
                switch opening {
                case .notForNode where !isNamed: break
                default:
                    refusals += 1
                    if !isNamed, request == .printStatus {
                        // Among the trees of all there is one that says that it cannot be told.
                        console.show(StatusTree.unknown(name, "cannot be loaded"))
                    }
                }
                continue
            }
            if let request, use == .work {
                session.requests.pushIfChanged(isSilent: request.isForPrograms || request == .push)
            }
            if filter.isOpen {
                chosen.append(session)
            } else if await filter.admits(session) {
                chosen.append(session)
            }
        }
        return (chosen, refusals)
    }

    static let noService = """
        No service specified. Try:
         allservices
         allupservices
         alldownservices
         allprimaryservices
         allsecondaryservices
         svcmgr -s svcname,...
         svcname

        """
}
