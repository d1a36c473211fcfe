using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Domain.Tests.Contacts;

namespace Padron.Domain.Tests.Imports;

public sealed class ImportPhaseSpecs
{
    static readonly ImportStarted Started = new("contactos.db", 4096, "ab12", 100, PlanVersion: null, Facts.At) { Order = StoredEvents.Order };
    static readonly ImportStarted DryRun = Started with { Order = StoredEvents.Order with { DryRun = true } };
    static readonly ImportStarted WithoutPhases = Started with { Order = null };
    static readonly ImportPrepared Prepared = StoredEvents.Prepared;
    static readonly ImportSampled Sampled = new(1_000, 100, [], NotDone: null, Facts.At);
    static readonly ImportEstimated Estimated = new(new(100, 1, 1, new(1, 1, 1, 1), new Dictionary<RejectionReason, long>(), "Measured."), Facts.At);
    static readonly ImportLoadStarted LoadStarted = new(Initial: true, Facts.At);
    static readonly ImportTuned Tuned = new(20_000, 2, [], Facts.At);
    static readonly ImportInterrupted Interrupted = new("cancelled", ImportTally.Zero, Facts.At);
    static readonly ImportIncrementSaved Saved = new(0, 9, 9, new("/b/e", 1, "ab"), Facts.At);
    static readonly ImportCompleted Completed = new(StoredEvents.Tally, Facts.At);
    static readonly ImportValidated Validated = ImportValidated.Of([], Facts.At);
    static readonly ImportFinished Finished = new(2, null, Facts.At);
    static readonly ImportFailed Failed = new("The sample failed.", Facts.At);
    static readonly ImportRollbackStarted RollbackStarted = new(Facts.At, "The file is damaged.");

    static readonly ImportEvent[] UpToTheLoad = [Started, Prepared, Sampled, LoadStarted];

    [Fact]
    public void An_import_is_prepared_once_also_after_an_interruption()
    {
        Recording(Prepared, Started).Then(Prepared);
        Recording(Prepared, Started, Interrupted).Then(Prepared);
        Recording(Prepared).ThenNothing();
        Recording(Prepared, Started, Prepared).ThenNothing();
        Recording(Prepared, UpToTheLoad).ThenNothing();
    }

    [Fact]
    public void An_import_is_sampled_once_before_its_load()
    {
        Recording(Sampled, Started, Prepared).Then(Sampled);
        Recording(Sampled, Started, Prepared, Sampled).ThenNothing();
        Recording(Sampled, UpToTheLoad).ThenNothing();
    }

    [Fact]
    public void A_load_starts_once_and_never_in_a_dry_run()
    {
        Recording(LoadStarted, Started, Prepared, Sampled).Then(LoadStarted);
        Recording(LoadStarted, UpToTheLoad).ThenNothing();
        Recording(LoadStarted, DryRun, Prepared, Sampled).ThenNothing();
        Recording(LoadStarted, WithoutPhases).ThenNothing();
    }

    [Fact]
    public void A_dry_run_ends_with_an_estimate_and_then_nothing_more_can_happen_to_it()
    {
        Recording(Estimated, DryRun, Prepared, Sampled).Then(Estimated);
        Recording(Estimated, Started, Prepared, Sampled).ThenNothing();
        foreach (var fact in (ImportEvent[])[Estimated, LoadStarted, Completed, Interrupted, RollbackStarted, Failed, new ImportResumed(0, Facts.At)])
            Recording(fact, DryRun, Prepared, Sampled, Estimated).ThenNothing();
    }

    [Fact]
    public void What_fails_before_its_load_is_over()
    {
        Recording(Failed, Started).Then(Failed);
        Recording(Failed, Started, Prepared, Interrupted).Then(Failed);
        Recording(Failed, UpToTheLoad).ThenNothing();
        foreach (var fact in (ImportEvent[])[Failed, Prepared, LoadStarted, Completed, Interrupted, RollbackStarted, new ImportResumed(0, Facts.At)])
            Recording(fact, Started, Failed).ThenNothing();
    }

    [Fact]
    public void A_load_is_tuned_and_its_increments_saved_while_it_runs_and_the_last_increment_when_it_is_complete()
    {
        Recording(Tuned, UpToTheLoad).Then(Tuned);
        Recording(Tuned, Started, Prepared, Sampled).ThenNothing();
        Recording(Tuned, [.. UpToTheLoad, Completed]).ThenNothing();
        Recording(Saved, UpToTheLoad).Then(Saved);
        Recording(Saved, [.. UpToTheLoad, Completed]).Then(Saved);
        Recording(Saved).ThenNothing();
    }

    [Fact]
    public void Nothing_completes_that_never_loaded()
    {
        Recording(Completed, Started, Prepared, Sampled).ThenNothing();
        Recording(Completed, UpToTheLoad).Then(Completed);
        Recording(Completed, WithoutPhases).Then(Completed);
    }

    [Fact]
    public void What_is_complete_is_finished_once()
    {
        Recording(Finished, [.. UpToTheLoad, Completed, Validated]).Then(Finished);
        Recording(Finished, [.. UpToTheLoad, Completed, Validated, Finished]).ThenNothing();
        Recording(Finished, UpToTheLoad).ThenNothing();
    }

    [Fact]
    public void What_was_done_is_known_to_whoever_resumes()
    {
        After(Started).ShouldBe(new Import(ImportStatus.Running, StoredEvents.Order));
        var loading = After([.. UpToTheLoad, Tuned, Interrupted]);
        (loading.Status, loading.Prepared, loading.Sampled, loading.IsLoading, loading.Tuned, loading.IsOver).ShouldBe((ImportStatus.Interrupted, Prepared, Sampled, true, Tuned, false));
        var validated = After([.. UpToTheLoad, Completed, Validated]);
        (validated.Status, validated.Validated, validated.IsFinished, validated.IsOver).ShouldBe((ImportStatus.Completed, Validated, false, false));
        After([.. UpToTheLoad, Completed, Validated, Finished]).IsOver.ShouldBeTrue();
        After(WithoutPhases).IsLoading.ShouldBeTrue();
        After(WithoutPhases, Completed).IsOver.ShouldBeTrue();
        After(DryRun, Estimated).IsOver.ShouldBeTrue();
        After(Started, Failed).IsOver.ShouldBeTrue();
    }

    [Fact]
    public void Its_backups_go_to_a_directory_of_its_own()
    {
        var id = Guid.Parse("0198c0de-0000-7000-8000-000000000001");
        StoredEvents.Order.DirectoryOf(id).ShouldBe(Path.Combine("/b", $"import-{id}"));
        (StoredEvents.Order with { BackupDirectory = null }).DirectoryOf(id).ShouldBeNull();
    }

    static When Recording(ImportEvent fact, params ImportEvent[] history) => Spec.Import(history).When(import => import.Decide(fact));

    static Import After(params ImportEvent[] history) => Spec.Import(history).State;
}
