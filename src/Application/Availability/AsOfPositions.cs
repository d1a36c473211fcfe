using Npgsql;
using Padron.Domain;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Application.Availability;

/// <summary>Finds the position that a point of the past is.</summary>
public sealed class AsOfPositions(NpgsqlDataSource dataSource, TimeProvider clock)
{
    static readonly string DaySql = EmbeddedSql.Beside(typeof(AsOfPositions), "as-of-day.sql");

    /// <returns>A position that the contacts' read models have reached: what was so at it will not change any more.</returns>
    /// <exception cref="RuleViolationException">
    /// <c>as_of_ahead</c>: it is not reached, or the day has not ended. <c>as_of_unknown_day</c>: the days before an upgrade are known after a rebuild only.
    /// <c>read_model_behind</c>: the day's last events are still to be applied.
    /// </exception>
    public Task<long> FindAsync(AsOf asOf, CancellationToken ct = default) =>
        asOf.Day is { } day ? EndOfAsync(day, ct) : ReachedAsync(asOf.Position!.Value, ct);

    async Task<long> ReachedAsync(long position, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var reached = await Progression.ReadAsync(connection, ContactsProjection.Definition.ProgressionName, ct);
        return position <= reached ? position
            : throw new RuleViolationException("as_of_ahead", $"Position {position} lies ahead: the read models have reached {reached}. Ask for that one or an earlier one.");
    }

    async Task<long> EndOfAsync(DateOnly day, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(DaySql);
        command.Parameters.Add(new() { Value = day });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        command.Parameters.Add(new() { Value = ContactsProjection.Definition.ProgressionName });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        if (reader.GetBoolean(4))
            throw new RuleViolationException(
                "as_of_unknown_day", $"The history of this register does not go back to {day:yyyy-MM-dd}: give a position, or rebuild the projection 'contacts', which makes it of all events.");
        if (!await reader.IsDBNullAsync(0, ct))
            return reader.GetInt64(0);
        if (!reader.GetBoolean(1))
            throw new RuleViolationException("as_of_ahead", $"The day {day:yyyy-MM-dd} has not ended in Mexico City: ask for an earlier one, or for the present.");

        // Nothing has happened to a contact since: the day ended where everything does.
        return await reader.IsDBNullAsync(3, ct) || !reader.GetBoolean(3) ? reader.GetInt64(2)
            : throw new RuleViolationException("read_model_behind", $"The last events of {day:yyyy-MM-dd} are still being applied: try again.");
    }
}
