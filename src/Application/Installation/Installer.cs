using Npgsql;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;

namespace Padron.Application.Installation;

/// <summary>Makes a database ours, and refuses one that belongs to another contact key.</summary>
public sealed class Installer(NpgsqlDataSource dataSource)
{
    /// <summary>Installs or upgrades the schema and ties the database to the key. Safe to repeat and from two processes at once.</summary>
    /// <returns>The schema scripts that ran.</returns>
    /// <exception cref="RuleViolationException"><c>wrong_contact_key</c></exception>
    public async Task<IReadOnlyList<SchemaScript>> InstallAsync(ContactKey key, CancellationToken ct = default)
    {
        var ran = await Resilience.Pipeline.ExecuteAsync(
            async token => await new SchemaInstaller(dataSource).InstallAsync(PadronEvents.Schema, token), ct);
        await using var command = dataSource.CreateCommand(
            "insert into padron.installation (contact_key_fingerprint) values ($1) on conflict (only_row) do nothing");
        command.Parameters.Add(new() { Value = key.Fingerprint });
        await command.ExecuteNonQueryAsync(ct);
        await RequireKeyAsync(key, ct);
        return ran;
    }

    /// <summary>Whether <see cref="InstallAsync"/> ever ran here.</summary>
    public async Task<bool> IsInstalledAsync(CancellationToken ct = default) =>
        await Resilience.Pipeline.ExecuteAsync(
            async token =>
            {
                await using var command = dataSource.CreateCommand("select to_regclass('padron.installation') is not null");
                return await command.ExecuteScalarAsync(token) is true;
            },
            ct);

    async Task RequireKeyAsync(ContactKey key, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("select contact_key_fingerprint from padron.installation");
        if ((string?)await command.ExecuteScalarAsync(ct) != key.Fingerprint)
        {
            throw new RuleViolationException(
                "wrong_contact_key",
                "This database was made with another contact key: point PADRON_CONTACT_KEY_FILE to the key it was made with. With another one, no number would find its history.");
        }
    }
}
