using JasperFx;
using Npgsql;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.Projections;

namespace Padron.Application.Installation;

/// <summary>Makes a database ours, and refuses one that belongs to another contact key.</summary>
public sealed class Installer(NpgsqlDataSource dataSource)
{
    /// <summary>Installs or upgrades the schema and ties the database to the key. Safe to repeat and from two processes at once.</summary>
    /// <param name="key">The installation's.</param>
    /// <param name="tell">Told in a sentence what takes more than a moment.</param>
    /// <param name="ct">Stops; the next call does the rest.</param>
    /// <returns>The schema scripts that ran.</returns>
    /// <exception cref="RuleViolationException"><c>wrong_contact_key</c></exception>
    public async Task<IReadOnlyList<SchemaScript>> InstallAsync(ContactKey key, Action<string>? tell = null, CancellationToken ct = default)
    {
        var isUpgrade = await IsInstalledAsync(ct) && await new SchemaInstaller(dataSource).MissingAsync(PadronEvents.Schema, ct) is [_, ..];
        if (isUpgrade)
            tell?.Invoke("Upgrading the register to this version of padron.");
        var ran = await Resilience.Pipeline.ExecuteAsync(async token => await new SchemaInstaller(dataSource).InstallAsync(Schema(), token), ct);
        if (ran.Count > 0)
            await LaterIndexes.BuildAsync(dataSource, tell is null || !isUpgrade ? null : new Told(tell), ct);
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

    /// <summary>All scripts; Marten compares the database with what it wants, and writes the last one.</summary>
    internal IReadOnlyList<SchemaScript> Schema() =>
    [
        .. PadronEvents.Schema.Where(script => script != MartenSchema.Marker),
        MartenSchema.Marker with
        {
            WriteAsync = async ct =>
            {
                using var store = RegisterStore.Open(dataSource, ReadModels.With(RegisterStore.MostPoisonedStreams), AutoCreate.CreateOrUpdate);
                return string.Join('\n', await MartenSchema.MissingAsync(store, ct), ReadModels.CarryOver);
            },
        },
    ];

    sealed class Told(Action<string> tell) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value) => tell($"Checking that every event has its stream, and building indexes: {value.Built} of {value.Of}.");
    }

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
