using Npgsql;

namespace Padron.Integration.Tests.Imports;

/// <summary>Everything an import leaves in a register, but its own id and dates: two registers that took the same file have the same.</summary>
static class RegisterRows
{
    const string Own = "'{importId,importedAt,verifiedAt,observedAt,invalidatedAt,changedAt}'::text[]";

    static readonly (string Name, string Query)[] Parts =
    [
        ("events", $@"select stream_id, version, type, data - {Own} as data, mt_dotnet_type is null as bare from events.mt_events where type like 'contact\_%'"),
        ("streams", @"select id, version, type, tenant_id, is_archived from events.mt_streams s where exists (select from events.mt_events e where e.stream_id = s.id and type like 'contact\_%')"),
        ("profiles", "select to_jsonb(p) - 'import_id' as row from read.contact_profiles p"),
        ("states", "select to_jsonb(s) - '{verified_at,not_mobile_at,invalidated_at,created_at,updated_at}'::text[] as row, verified_at is null, not_mobile_at is null, invalidated_at is null from read.contact_states s"),
        ("counts", "select * from read.contact_counts"),
        ("history", "select state_code, municipality_key, city_key, lada, status, line_type, sum(contacts) as contacts from read.contact_count_history group by 1, 2, 3, 4, 5, 6"),
        ("rejections", "select source_row, value, reason from padron.import_rejections where import_id = (select import_id from padron.import_checkpoints order by import_id desc limit 1)"),
    ];

    /// <summary>Number and digest of the rows of each part.</summary>
    /// <param name="connectionString">The register's database.</param>
    /// <param name="without">A column of the events that is not to be compared.</param>
    public static async Task<IReadOnlyList<string>> DigestAsync(string connectionString, string? without = null)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var digests = new List<string>();
        foreach (var (name, query) in Parts)
        {
            await using var command = new NpgsqlCommand(
                $"select format('%s %s rows %s', '{name}', count(*), md5(string_agg(md5((to_jsonb(r) - '{without}')::text), '' order by (to_jsonb(r) - '{without}')::text collate \"C\"))) from ({query}) r", connection);
            digests.Add((string)(await command.ExecuteScalarAsync())!);
        }

        return digests;
    }

    /// <summary>Every column, index and constraint of the tables that an initial load exchanges, the view over them, and who owns the sequence.</summary>
    public static async Task<IReadOnlyList<string>> ShapeAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            with t (oid, name) as (
                select c.oid, n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname in ('events', 'read', 'loading') and c.relkind in ('r', 'v', 'S'))
            select format('%s: %s %s %s', t.name, c.relkind, c.reloptions, c.relowner::regrole) from t join pg_class c using (oid)
            union all
            select format('%s: %s %s %s %s %s', t.name, attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid), attgenerated)
              from t join pg_attribute a on a.attrelid = t.oid and attnum > 0 left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            union all
            select regexp_replace(pg_get_indexdef(indexrelid), '::text|::character varying|[][()]', '', 'g') || indisvalid || (obj_description(indexrelid, 'pg_class') is not null) from t join pg_index on indrelid = oid
            union all
            select format('%s: %s %s', t.name, conname, pg_get_constraintdef(c.oid)) from t join pg_constraint c on conrelid = t.oid
            union all
            select pg_get_viewdef(oid) from t join pg_class c using (oid) where c.relkind = 'v'
            union all
            select pg_get_serial_sequence('events.mt_events', 'seq_id')
            order by 1
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }
}
