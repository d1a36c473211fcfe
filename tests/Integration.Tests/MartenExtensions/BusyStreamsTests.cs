using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

public sealed class BusyStreamsTests : EventStoreTest
{
    readonly Guid busy = Guid.CreateVersion7();
    readonly Guid free = Guid.CreateVersion7();

    [Fact]
    public async Task Skip_reports_a_stream_that_another_transaction_holds_at_once_and_appends_to_the_rest()
    {
        await using var other = await GivenBusyAsync();

        // Waiting would be for ever: the other transaction ends after this.
        var result = await Store.AppendManyAsync([new(busy, 1, Items("x")), new(free, 1, Items("y"))], EventMetadata.None, BusyStreams.Skip);

        result.Conflicts.ShouldBe([busy]);
        await other.CommitAsync();
        (await Store.ReadStreamAsync(busy)).Select(e => e.Data).ShouldBe(Items("busy", "other"));
        (await Store.ReadStreamAsync(free)).Select(e => e.Data).ShouldBe(Items("free", "y"));
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Wait_waits_for_the_other_transaction_and_its_commit_is_a_conflict()
    {
        await using var other = await GivenBusyAsync();
        var append = AppendManyAsync(new StreamAppend(busy, 1, Items("x")), new StreamAppend(free, 1, Items("y")));
        await UntilWaitingAsync();

        await other.CommitAsync();

        (await append).Conflicts.ShouldBe([busy]);
        (await Store.ReadStreamAsync(busy)).Select(e => e.Data).ShouldBe(Items("busy", "other"));
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Wait_appends_when_the_other_transaction_was_rolled_back()
    {
        await using var other = await GivenBusyAsync();
        var append = AppendAsync(busy, 1, Items("x"));
        await UntilWaitingAsync();

        await other.RollbackAsync();

        (await append).ShouldBeOfType<AppendResult.Appended>().Version.ShouldBe(2);
        (await Store.ReadStreamAsync(busy)).Select(e => e.Data).ShouldBe(Items("busy", "x"));
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Wait_compares_the_version_that_the_other_transaction_left()
    {
        await using var other = await GivenBusyAsync();
        var append = AppendAsync(busy, 2, Items("x"));
        await UntilWaitingAsync();

        await other.CommitAsync();

        (await append).ShouldBeOfType<AppendResult.Appended>().Version.ShouldBe(3);
        (await Store.ReadStreamAsync(busy)).Select(e => e.Data).ShouldBe(Items("busy", "other", "x"));
        await StreamsShouldBeWholeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_another_transaction_is_making_is_a_conflict_only_if_that_one_commits(bool commits)
    {
        var stream = Guid.CreateVersion7();
        await using var other = await OpenTransaction.BeginAsync(ConnectionString);
        await other.SessionOf(Store).AppendAsync(new(stream, 0, Items("other")));
        var append = AppendAsync(stream, 0, Items("x"));
        await UntilWaitingAsync();

        await (commits ? other.CommitAsync() : other.RollbackAsync());

        (await append is AppendResult.Conflict).ShouldBe(commits);
        (await Store.ReadStreamAsync(stream)).Select(e => e.Data).ShouldBe(Items(commits ? "other" : "x"));
        await StreamsShouldBeWholeAsync();
    }

    /// <summary>Two streams at version 1; another transaction has appended to one of them and is not done.</summary>
    async Task<OpenTransaction> GivenBusyAsync()
    {
        await AppendAsync(busy, 0, Items("busy"));
        await AppendAsync(free, 0, Items("free"));
        var other = await OpenTransaction.BeginAsync(ConnectionString);
        (await other.SessionOf(Store).AppendAsync(new(busy, 1, Items("other")))).ShouldBeOfType<AppendResult.Appended>();
        return other;
    }

    Task UntilWaitingAsync() => Eventually.TrueAsync(
        () => ScalarAsync<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"),
        "the append waited for a lock");
}
