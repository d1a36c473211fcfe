using System.Runtime.CompilerServices;
using Npgsql;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

namespace Padron.Application.Numbering;

/// <summary>A contact of whose line the plan in force says something else than what is held of it.</summary>
/// <param name="Id">Its stream.</param>
/// <param name="Version">Its stream's version when the read model saw it: what holds, holds of this version.</param>
/// <param name="Phone">Its number.</param>
/// <param name="From">What is held of its line.</param>
/// <param name="Status">Where it stands, as the read model names it.</param>
/// <param name="Block">What the plan in force says.</param>
public sealed record LineChange(Guid Id, long Version, PhoneNumber Phone, LineType From, string Status, NumberingBlock Block);

/// <summary>How many contacts change to what.</summary>
/// <param name="ToMobile">The line is a mobile by the plan in force, and was a landline or unknown.</param>
/// <param name="ToFixed">The line is a landline by the plan in force, and was a mobile or unknown.</param>
public sealed record LineChangeCount(long ToMobile, long ToFixed)
{
    public static readonly LineChangeCount None = new(0, 0);

    public long Total => ToMobile + ToFixed;

    public LineChangeCount Plus(IEnumerable<LineChange> changes) => changes.Aggregate(this, (count, change) =>
        change.Block.Line is LineType.Mobile ? count with { ToMobile = count.ToMobile + 1 } : count with { ToFixed = count.ToFixed + 1 });
}

/// <summary>Finds the contacts that the numbering plan in force would classify otherwise. They are as the read model has them.</summary>
public static class LineChanges
{
    /// <summary>Blocks a statement: of the published plan, some hundred thousand contacts of a full register.</summary>
    const int BlocksAtOnce = 500;

    /// <summary>Contacts a statement.</summary>
    public const int BatchSize = 10_000;

    static readonly string Sql = EmbeddedSql.Beside(typeof(LineChanges), "line-changes.sql");

    /// <summary>All of them in batches, in the order of blocks and numbers.</summary>
    /// <param name="connection">May carry a transaction; then what that wrote counts.</param>
    /// <param name="planVersion">The plan that must be in force: from when it is replaced on, no contact is found.</param>
    /// <param name="blocks">Only contacts in these, by their first numbers, ascending.</param>
    /// <param name="batchSize">Contacts a batch at most.</param>
    /// <param name="progress">Told how many blocks are done.</param>
    /// <param name="ct">Ends the walk.</param>
    public static async IAsyncEnumerable<IReadOnlyList<LineChange>> WalkAsync(
        NpgsqlConnection connection, string planVersion, IReadOnlyList<long> blocks, int batchSize = BatchSize, IProgress<int>? progress = null,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        var done = 0;
        foreach (var chunk in blocks.Chunk(BlocksAtOnce))
        {
            var (left, after) = (chunk, 0L);
            IReadOnlyList<LineChange> batch;
            do
            {
                batch = await NextAsync(connection, planVersion, left, after, batchSize, ct);
                if (batch.Count == 0)
                    break;
                yield return batch;
                after = batch[^1].Phone.Digits;
                left = left[Array.IndexOf(left, batch[^1].Block.First)..];
            }
            while (batch.Count == batchSize);
            progress?.Report(done += chunk.Length);
        }
    }

    static async Task<IReadOnlyList<LineChange>> NextAsync(
        NpgsqlConnection connection, string planVersion, long[] blocks, long after, int limit, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters = { new() { Value = blocks }, new() { Value = after }, new() { Value = limit }, new() { Value = planVersion } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var changes = new List<LineChange>();
        while (await reader.ReadAsync(ct))
        {
            changes.Add(new(
                reader.GetGuid(0), reader.GetInt64(1), new PhoneNumber(reader.GetInt64(2)), Enum.Parse<LineType>(reader.GetString(3), ignoreCase: true), reader.GetString(4),
                new(reader.GetInt64(5), reader.GetInt64(6), Enum.Parse<LineType>(reader.GetString(7)), reader.GetString(8))));
        }

        return changes;
    }
}
