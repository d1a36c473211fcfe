using Npgsql;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Projections;

sealed record ProfileRow(
    Guid Id, string? PhoneOriginal, string? FullName, string? Address, string? Neighborhood, string? Municipality, string? City,
    bool LadaInferred, Guid? ImportId, long? SourceRow, DateTimeOffset? MigratedAt);

sealed record StateRow(
    Guid Id, long? Phone, string Lada, string StateCode, string MunicipalityKey, string CityKey, string? Carrier,
    DateTimeOffset? VerifiedAt, DateTimeOffset? NotMobileAt, DateTimeOffset? InvalidatedAt, DateTimeOffset? ExtractedAt, Guid? ExtractionId,
    DateTimeOffset? OptedOutAt, string? OptOutMethod, string? OptOutUserId, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    string LineType, string Status, int SendCount, DateTimeOffset? LastSentAt);

sealed record ContactCountRow(string StateCode, string MunicipalityKey, string CityKey, string Lada, string Status, string LineType, long Contacts);

sealed record HistoryRow(DateOnly Day, ContactCountRow Change);

/// <summary>Everything the contacts projection writes, in an order that does not depend on how it was written.</summary>
sealed record ContactTables(IReadOnlyList<ProfileRow> Profiles, IReadOnlyList<StateRow> States, IReadOnlyList<ContactCountRow> Counts, IReadOnlyList<HistoryRow> History)
{
    public static ContactTables Of(IEnumerable<ProfileRow> profiles, IEnumerable<StateRow> states, IEnumerable<ContactCountRow> counts, IEnumerable<HistoryRow> history) => new(
        [.. profiles.OrderBy(row => row.Id)],
        [.. states.OrderBy(row => row.Id)],
        [.. counts.OrderBy(row => row.ToString(), StringComparer.Ordinal)],
        [.. history.OrderBy(row => row.ToString(), StringComparer.Ordinal)]);

    public static async Task<ContactTables> ReadAsync(PadronDatabase database) => Of(
        await database.ReadAsync("select * from read.contact_profiles", r => new ProfileRow(
            r.GetGuid(0), r.Text(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5), r.Text(6), r.GetBoolean(7), r.Value<Guid>(8), r.Value<long>(9),
            r.Value<DateTimeOffset>(10))),
        await database.ReadAsync("select * from read.contact_states", r => new StateRow(
            r.GetGuid(0), r.Value<long>(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.Text(6),
            r.Value<DateTimeOffset>(7), r.Value<DateTimeOffset>(8), r.Value<DateTimeOffset>(9), r.Value<DateTimeOffset>(10), r.Value<Guid>(11),
            r.Value<DateTimeOffset>(12), r.Text(13), r.Text(14), r.GetInt64(15), r.GetFieldValue<DateTimeOffset>(16),
            r.GetFieldValue<DateTimeOffset>(17), r.GetString(18), r.GetString(19), r.GetInt32(20), r.Value<DateTimeOffset>(21))),
        await CountsAsync(database, "select * from read.contact_counts"),
        await database.ReadAsync("select * from read.contact_count_history", r => new HistoryRow(r.GetFieldValue<DateOnly>(0), Count(r, 1))));

    /// <param name="database">Where.</param>
    /// <param name="sql">Columns as those of <c>contact_counts</c>.</param>
    public static Task<IReadOnlyList<ContactCountRow>> CountsAsync(PadronDatabase database, string sql) => database.ReadAsync(sql, r => Count(r, 0));

    static ContactCountRow Count(NpgsqlDataReader r, int first) => new(
        r.GetString(first), r.GetString(first + 1), r.GetString(first + 2), r.GetString(first + 3), r.GetString(first + 4), r.GetString(first + 5), r.GetInt64(first + 6));

    public void ShouldBe(ContactTables expected)
    {
        ShouldBe(Profiles, expected.Profiles);
        ShouldBe(States, expected.States);
        ShouldBe(Counts, expected.Counts);
        ShouldBe(History, expected.History);
    }

    // Only the rows that differ: of hundreds, they are what one wants to see.
    static void ShouldBe<T>(IReadOnlyList<T> rows, IReadOnlyList<T> expected)
    {
        rows.Except(expected).ShouldBe(expected.Except(rows));
        rows.Count.ShouldBe(expected.Count);
    }
}

static class Rows
{
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(this PadronDatabase database, string sql, Func<NpgsqlDataReader, T> row)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(row(reader));
        return rows;
    }

    public static string? Text(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static T? Value<T>(this NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
