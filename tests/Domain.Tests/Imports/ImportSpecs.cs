using Padron.Domain.Imports;
using Padron.Domain.Tests.Contacts;

namespace Padron.Domain.Tests.Imports;

public sealed class ImportSpecs
{
    static readonly ImportStarted Started = new("contactos.db", 4096, "ab12", 100, PlanVersion: null, Facts.At);
    static readonly ImportResumed Resumed = new(50, Facts.At);
    static readonly ImportInterrupted Interrupted = new("cancelled", StoredEvents.Tally, Facts.At);
    static readonly ImportCompleted Completed = new(StoredEvents.Tally, Facts.At);
    static readonly ImportAbandoned Abandoned = new(Facts.At);
    static readonly ImportValidated Validated = ImportValidated.Of([], Facts.At);
    static readonly ImportRollbackStarted RollbackStarted = new(Facts.At);
    static readonly ImportRolledBack RolledBack = new(58, 2, Facts.At);

    [Fact]
    public void An_import_starts_once()
    {
        Recording(Started).Then(Started);
        Recording(Started, Started).ThenNothing();
        Recording(Started, Started, Interrupted).ThenNothing();
        Recording(Started, Started, Completed).ThenNothing();
    }

    [Fact]
    public void An_import_that_was_interrupted_or_killed_is_resumed()
    {
        Recording(Resumed, Started, Interrupted).Then(Resumed);
        Recording(Resumed, Started).Then(Resumed);
        Recording(Resumed, Started, Resumed).Then(Resumed);
    }

    [Fact]
    public void Only_a_running_import_is_interrupted()
    {
        Recording(Interrupted, Started).Then(Interrupted);
        Recording(Interrupted, Started, Interrupted, Resumed).Then(Interrupted);
        Recording(Interrupted).ThenNothing();
        Recording(Interrupted, Started, Interrupted).ThenNothing();
        Recording(Interrupted, Started, Completed).ThenNothing();
    }

    [Fact]
    public void An_import_that_started_completes_once_even_if_another_process_that_ran_it_was_stopped()
    {
        Recording(Completed, Started).Then(Completed);
        Recording(Completed, Started, Interrupted, Resumed).Then(Completed);
        Recording(Completed, Started, Interrupted).Then(Completed);
        Recording(Completed).ThenNothing();
        Recording(Completed, Started, Completed).ThenNothing();
    }

    [Fact]
    public void What_is_completed_is_validated_as_often_as_one_likes()
    {
        Recording(Validated, Started, Completed).Then(Validated);
        Recording(Validated, Started, Completed, Validated).Then(Validated);
        Recording(Validated).ThenNothing();
        Recording(Validated, Started).ThenNothing();
        Recording(Validated, Started, Interrupted).ThenNothing();
    }

    [Fact]
    public void What_never_started_or_is_completed_is_not_resumed()
    {
        Recording(Resumed).ThenNothing();
        Recording(Resumed, Started, Completed).ThenNothing();
    }

    [Fact]
    public void An_import_is_rolled_back_once_whether_it_is_complete_or_not_and_then_neither_resumed_nor_completed()
    {
        Recording(RollbackStarted, Started).Then(RollbackStarted);
        Recording(RollbackStarted, Started, Interrupted).Then(RollbackStarted);
        Recording(RollbackStarted, Started, Completed).Then(RollbackStarted);
        Recording(RolledBack, Started, Completed, RollbackStarted).Then(RolledBack);
        Recording(RollbackStarted).ThenNothing();
        Recording(RolledBack, Started, Completed).ThenNothing();
        foreach (var fact in (ImportEvent[])[RollbackStarted, Resumed, Interrupted, Completed])
        {
            Recording(fact, Started, Interrupted, RollbackStarted).ThenNothing();
            Recording(fact, Started, Interrupted, RollbackStarted, RolledBack).ThenNothing();
        }

        Recording(RolledBack, Started, Completed, RollbackStarted, RolledBack).ThenNothing();
    }

    [Fact]
    public void An_import_is_given_up_before_its_end_and_then_nothing_happens_to_it_any_more()
    {
        Recording(Abandoned, Started).Then(Abandoned);
        Recording(Abandoned, Started, Interrupted).Then(Abandoned);
        Recording(Abandoned).ThenNothing();
        Recording(Abandoned, Started, Completed).ThenNothing();
        foreach (var fact in (ImportEvent[])[Abandoned, Resumed, Interrupted, Completed, Validated, RollbackStarted, RolledBack])
            Recording(fact, Started, Interrupted, Abandoned).ThenNothing();
    }

    [Fact]
    public void What_was_given_up_before_there_was_a_fact_for_it_reads_as_interrupted() =>
        StatusAfter(Started, Resumed, new ImportInterrupted("abandoned", ImportTally.Zero, Facts.At)).ShouldBe(ImportStatus.Interrupted);

    [Fact]
    public void Its_status_is_its_last_word()
    {
        StatusAfter().ShouldBe(ImportStatus.None);
        StatusAfter(Started).ShouldBe(ImportStatus.Running);
        StatusAfter(Started, Interrupted).ShouldBe(ImportStatus.Interrupted);
        StatusAfter(Started, Interrupted, Resumed).ShouldBe(ImportStatus.Running);
        StatusAfter(Started, Interrupted, Resumed, Completed).ShouldBe(ImportStatus.Completed);
        StatusAfter(Started, Interrupted, Abandoned).ShouldBe(ImportStatus.Abandoned);
        StatusAfter(Started, Completed, RollbackStarted).ShouldBe(ImportStatus.RollingBack);
        StatusAfter(Started, Completed, RollbackStarted, RolledBack).ShouldBe(ImportStatus.RolledBack);
        Import.Evolve(new(ImportStatus.Completed), "something else").Status.ShouldBe(ImportStatus.Completed);
    }

    [Fact]
    public void Rejections_are_summed_over_their_reasons()
    {
        StoredEvents.Tally.RejectedTotal.ShouldBe(10);
        ImportTally.Zero.RejectedTotal.ShouldBe(0);
    }

    static When Recording(ImportEvent fact, params ImportEvent[] history) => Spec.Import(history).When(import => import.Decide(fact));

    static ImportStatus StatusAfter(params ImportEvent[] history) => Spec.Import(history).State.Status;
}
