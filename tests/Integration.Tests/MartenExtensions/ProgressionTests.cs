using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

public sealed class ProgressionTests : EventStoreTest
{
    const string Reader = "Boxes:All";

    [Fact]
    public async Task A_reader_that_never_ran_is_at_zero()
    {
        (await ReadAsync()).ShouldBe(0);
        (await MoveAsync(0, 5)).ShouldBeTrue();
        (await ReadAsync()).ShouldBe(5);
    }

    [Fact]
    public async Task A_progression_moves_only_from_where_it_is()
    {
        await MoveAsync(0, 5);

        (await MoveAsync(4, 9)).ShouldBeFalse();
        (await MoveAsync(6, 9)).ShouldBeFalse();
        (await MoveAsync(0, 9)).ShouldBeFalse();
        (await ReadAsync()).ShouldBe(5);

        (await MoveAsync(5, 9)).ShouldBeTrue();
        (await ReadAsync()).ShouldBe(9);
    }

    [Fact]
    public async Task A_progression_that_does_not_exist_moves_only_from_zero()
    {
        (await MoveAsync(3, 5)).ShouldBeFalse();
        (await ScalarAsync<long>("select count(*) from events.mt_event_progression")).ShouldBe(0);
    }

    [Fact]
    public async Task Readers_do_not_move_each_other()
    {
        await MoveAsync(0, 5);
        (await MoveAsync(0, 7, "Shelves:All")).ShouldBeTrue();
        (await ReadAsync()).ShouldBe(5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Of_many_who_move_it_at_once_one_wins(long from)
    {
        if (from > 0)
            await MoveAsync(0, from);

        var moved = await Task.WhenAll(Enumerable.Range(1, 10).Select(i => MoveAsync(from, from + i)));

        moved.Count(won => won).ShouldBe(1);
        (await ReadAsync()).ShouldBe(from + 1 + Array.IndexOf(moved, true));
    }

    [Fact]
    public async Task A_move_is_undone_with_the_transaction_it_was_part_of()
    {
        await using (var connection = await DataSource.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
            (await Progression.MoveAsync(connection, Reader, 0, 5)).ShouldBeTrue();

        (await ReadAsync()).ShouldBe(0);
    }

    async Task<long> ReadAsync()
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return await Progression.ReadAsync(connection, Reader);
    }

    async Task<bool> MoveAsync(long from, long to, string name = Reader)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return await Progression.MoveAsync(connection, name, from, to);
    }
}
