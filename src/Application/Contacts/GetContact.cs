using Npgsql;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Application.Contacts;

/// <summary>A contact as the read model shows it, under the customer's column names.</summary>
public sealed record ContactDocument(
    Guid Id, string PhoneE164, string? PhoneNational, string? PhoneOriginal, string? FullName, string? Address, string? Neighborhood,
    string? Municipality, string? StateCode, string? StateName, string? Lada, string? City, bool IsValid, bool? IsMobile, string? Carrier,
    string Status, DateTimeOffset? OptOutAt, string? OptOutMethod, string? OptOutUserId, DateTimeOffset? ExtractedAt, Guid? ExtractionId,
    DateTimeOffset? LastSentAt, int SendCount, DateTimeOffset? MigratedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version);

/// <summary>Reads one contact by its number.</summary>
public sealed class GetContact(NpgsqlDataSource dataSource, ContactKey key)
{
    const string Columns = """
        id, phone_e164, phone_national, phone_original, full_name, address, neighborhood, municipality, state_code, state_name, lada, city,
        is_valid, is_mobile, carrier, status, opt_out_at, opt_out_method, opt_out_user_id, extracted_at, extraction_id,
        last_sent_at, send_count, migrated_at, created_at, updated_at, version
        """;

    /// <returns>Null when the register does not know the number.</returns>
    public async Task<ContactDocument?> GetAsync(PhoneNumber phone, CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from read.contacts where id = $1");
        command.Parameters.Add(new() { Value = key.IdOf(phone) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    /// <returns>Those of the ids that are contacts, in the order of the ids.</returns>
    internal static async Task<IReadOnlyList<ContactDocument>> ReadAsync(NpgsqlDataSource dataSource, Guid[] ids, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from read.contacts where id = any ($1) order by array_position($1, id)");
        command.Parameters.Add(new() { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<ContactDocument>();
        while (await reader.ReadAsync(ct))
            found.Add(Read(reader));
        return found;
    }

    static ContactDocument Read(NpgsqlDataReader reader)
    {
        return new(
            reader.GetGuid(0), reader.GetString(1), Text(2), Text(3), Text(4), Text(5), Text(6), Text(7), Text(8), Text(9), Text(10), Text(11),
            reader.GetBoolean(12), Value<bool>(13), Text(14), reader.GetString(15), Value<DateTimeOffset>(16), Text(17), Text(18),
            Value<DateTimeOffset>(19), Value<Guid>(20), Value<DateTimeOffset>(21), reader.GetInt32(22), Value<DateTimeOffset>(23),
            reader.GetFieldValue<DateTimeOffset>(24), reader.GetFieldValue<DateTimeOffset>(25), reader.GetInt64(26));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        T? Value<T>(int column)
            where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
    }
}
