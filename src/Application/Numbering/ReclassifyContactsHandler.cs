using System.Runtime.CompilerServices;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Application.Numbering;

/// <summary>What came of a reclassification.</summary>
/// <param name="PlanVersion">The plan it followed.</param>
/// <param name="Contacts">Whose line is told otherwise from now on.</param>
/// <param name="Left">Contacts that something else happened to whenever they were tried: the next run finds them.</param>
public sealed record Reclassification(string PlanVersion, LineChangeCount Contacts, int Left);

/// <summary>How far a reclassification is.</summary>
/// <param name="Blocks">Blocks of the plan that were compared.</param>
/// <param name="OfBlocks">Blocks of the plan.</param>
public sealed record ReclassificationProgress(int Blocks, int OfBlocks);

/// <summary>Appends to every contact what follows for its line from the numbering plan in force.</summary>
/// <remarks>
/// The read model proposes and the event store decides: each fact is appended at the version at which it follows, so whatever happened to a
/// contact meanwhile is a conflict, and the next round reads it again. A batch is a transaction: stopped anywhere, the next run goes on
/// with what is left, and a run over a register that follows the plan finds nothing.
/// </remarks>
public sealed class ReclassifyContactsHandler(EventSessions sessions, NumberingPlanStore plans, CatchUp catchUp, TimeProvider clock)
{
    /// <summary>Over the whole plan, at most.</summary>
    const int Rounds = 3;

    /// <summary>Contacts a transaction.</summary>
    public int BatchSize { get; init; } = LineChanges.BatchSize;

    /// <summary>How long a round waits for the read models, where another process writes them.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <param name="by">Who asks for it; it stands in the history.</param>
    /// <param name="progress">Told on the way, of each round anew.</param>
    /// <param name="ct">Stops between batches; what was appended stays.</param>
    /// <exception cref="RuleViolationException"><c>numbering_plan_missing</c>, <c>numbering_plan_replaced</c></exception>
    public async Task<Reclassification> HandleAsync(string by, IProgress<ReclassificationProgress>? progress = null, CancellationToken ct = default)
    {
        var plan = await plans.RequireAsync(ct);
        var (contacts, left) = (LineChangeCount.None, 0);

        // Later rounds are for contacts that were in somebody else's hands, and tell them from this one's own work only by read models that are up to date.
        for (var round = 0; round < Rounds && (await catchUp.RunAsync(Patience, progress: null, ct) || round == 0); round++)
        {
            left = 0;
            await foreach (var batch in WalkAsync(plan, progress, ct))
            {
                var conflicts = await AppendAsync(batch, plan.Version, new EventMetadata(User: by), ct);
                contacts = contacts.Plus(batch.Where(change => !conflicts.Contains(change.Id)));
                left += conflicts.Count;
            }

            if ((await plans.RequireAsync(ct)).Version != plan.Version)
                throw new RuleViolationException("numbering_plan_replaced", "Another numbering plan was loaded meanwhile, so this one is not followed any further: run it again.");
            if (left == 0)
                break;
        }

        return new(plan.Version, contacts, left);
    }

    /// <summary>What <see cref="HandleAsync"/> would change, as far as the read models are.</summary>
    /// <param name="progress">Told on the way.</param>
    /// <param name="ct">Ends the walk.</param>
    /// <exception cref="RuleViolationException"><c>numbering_plan_missing</c></exception>
    public async IAsyncEnumerable<LineChange> PreviewAsync(
        IProgress<ReclassificationProgress>? progress = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var batch in WalkAsync(await plans.RequireAsync(ct), progress, ct))
        {
            foreach (var change in batch)
                yield return change;
        }
    }

    async IAsyncEnumerable<IReadOnlyList<LineChange>> WalkAsync(
        NumberingPlanInfo plan, IProgress<ReclassificationProgress>? progress, [EnumeratorCancellation] CancellationToken ct)
    {
        var blocks = await plans.BlocksAsync(ct);
        await using var connection = await sessions.DataSource.OpenConnectionAsync(ct);
        await foreach (var batch in LineChanges.WalkAsync(connection, plan.Version, blocks, BatchSize, progress is null ? null : new OfBlocks(progress, blocks.Count), ct))
            yield return batch;
    }

    async Task<IReadOnlySet<Guid>> AppendAsync(IReadOnlyList<LineChange> changes, string planVersion, EventMetadata metadata, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        var facts = changes.Select(change => change.Block).Distinct().ToDictionary(block => block, block => ContactDecider.FactOfLine(block, planVersion, at));
        StreamAppend[] appends = [.. changes.Select(change => new StreamAppend(change.Id, change.Version, facts[change.Block]))];
        return (await sessions.TransactAsync(metadata, (session, token) => session.AppendManyAsync(appends, BusyStreams.Wait, token), ct)).Conflicts;
    }

    // Unlike Progress<T> it tells at once and in order.
    sealed class OfBlocks(IProgress<ReclassificationProgress> progress, int blocks) : IProgress<int>
    {
        public void Report(int value) => progress.Report(new(value, blocks));
    }
}
