/// Runs the triggers around the start and stop of a service or resource (classic-resources.md section 1).
///
/// The result of a trigger is only logged; the failure of a blocking one ends the action.
@EngineActor
struct TriggerRuns {
    let performer: StepPerformer

    func run(
        _ moment: Trigger.Moment,
        of triggers: [Trigger],
        on resource: ResourceID?
    ) async throws(ActionFailure) {
        for trigger in triggers where trigger.moment == moment {
            switch trigger.work {
            case .program(let arguments):
                try await run(arguments, trigger, resource)
            case .script(let script):
                try await call(script, trigger, resource)
            }
        }
    }

    private func run(
        _ arguments: [String],
        _ trigger: Trigger,
        _ resource: ResourceID?
    ) async throws(ActionFailure) {
        let command = Command(arguments)
        let result: CommandResult
        do throws(ActionFailure) {
            // A result that does not count need not be logged; the program's own output is.
            let tellsExit = trigger.isBlocking || !performer.context.service.facts.isClassic
            result = try await performer.result(of: command, resource, tellsExit: tellsExit)
        } catch .interrupted {
            throw .interrupted
        } catch {
            // The program could not be run, and the log already says so.
            if trigger.isBlocking { throw error }
            return
        }
        if trigger.isBlocking, result.code != 0 {
            let text = "\(trigger.moment.rawValue) (\(trigger.position)) exited \(result.code)"
            throw performer.fail(text, resource)
        }
    }

    private func call(
        _ script: ScriptReference,
        _ trigger: Trigger,
        _ resource: ResourceID?
    ) async throws(ActionFailure) {
        let call = performer.context.call(
            script,
            .trigger(trigger.moment),
            key: ScriptKey(resource: resource),
            limit: nil
        )
        let outcome = await performer.context.scripts.call(call)
        switch outcome {
        case .finished(code: 0), .planned, .skipped: return
        case .cancelled: throw .interrupted
        default:
            let text = "\(trigger.moment.rawValue): \(outcome.text)"
            guard !trigger.isBlocking else { throw performer.fail(text, resource) }
            performer.context.log.write(.warning, text, about: resource)
        }
    }
}

extension ScriptOutcome {
    /// The outcome as a phrase for messages.
    var text: String {
        switch self {
        case .finished(let code): "returned \(code)"
        case .status(let status, let note): "returned '\(status)'" + (note.map { ", \($0)" } ?? "")
        case .info: "returned a table"
        case .skipped(let text), .refused(let text), .failed(let text), .timedOut(let text): text
        case .cancelled: "interrupted by signal"
        case .planned: "was planned"
        }
    }
}
