using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Padron.Api;
using Padron.Api.Configuration;
using Padron.Application.Extractions;
using Padron.Application.Installation;
using Padron.Domain.Contacts;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;
using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.Plans;

/// <summary>
/// A register of a size at which PostgreSQL weighs its indexes as in production, and the plan of every query that the scenario ran on it.
/// </summary>
/// <remarks>
/// It has a three-hundredth of the contacts, so batches and pages are a three-hundredth too: reading 10,000 of 120,000 rows by key is rightly done
/// by walking the table, 10,000 of 36,600,000 is not.
/// </remarks>
public sealed class PlannedRegister : IAsyncLifetime
{
    public const int Batch = 50;
    public const int Page = 200;

    const int ContactsOfAState = 12_000;

    static readonly (long First, string State, string City)[] Places =
    [
        (5510000000, "CDMX", "Ciudad de México"), (3310000000, "JAL", "Guadalajara"), (8110000000, "NL", "Monterrey"), (2221000000, "PUE", "Puebla"),
        (4421000000, "QRO", "Querétaro"), (6641000000, "BC", "Tijuana"), (9991000000, "YUC", "Mérida"), (4771000000, "GTO", "León"),
        (6141000000, "CHIH", "Chihuahua"), (2291000000, "VER", "Veracruz"),
    ];

    readonly PadronDatabase database = new();
    readonly PlanLog log = new();
    readonly PlanLog loadLog = new();
    ServiceProvider? services;

    /// <summary>Of the full register; and of an empty one what is run there only, for in a small table everything is a walk.</summary>
    internal IReadOnlyCollection<CapturedPlan> Plans =>
        [.. log.Plans, .. loadLog.Plans.ExceptBy(log.Plans.Select(plan => plan.Statement), plan => plan.Statement)];

    /// <summary>The same database, unobserved.</summary>
    internal PadronDatabase Database => database;

    internal NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    internal T Get<T>()
        where T : notnull => services!.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await FillAsync();

        using var folder = new SampleFolder();
        var spool = Directory.CreateTempSubdirectory("padron-plans-");
        try
        {
            var named = new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = LeaderWatch.NewProcessName("plans") };
            services = new ServiceCollection().AddPadron(log.Over(named.ConnectionString), PadronDatabase.NoReserve).AddContacts(PadronDatabase.Key)
                .AddWorkers(new ExtractionSpool(spool.FullName, KeptFor: TimeSpan.FromDays(30)), new PadronSettings()).BuildServiceProvider();
            await folder.WriteAsync(rows: 3_000);
            await InstallAsync();
            await new PlanScenario(this, folder, spool.FullName).RunAsync();
            await LoadAsync(folder);
        }
        finally
        {
            spool.Delete(recursive: true);
        }
    }

    public async Task DisposeAsync()
    {
        if (services is not null)
            await services.DisposeAsync();
        await database.DisposeAsync();
    }

    async Task FillAsync()
    {
        foreach (var (first, state, city) in Places)
            await database.GivenVerifiedAsync(ContactsOfAState, first, state, city);
        await database.CatchUpAsync();
        await database.ExecuteAsync(
            """
            insert into padron.extraction_contacts (extraction_id, ordinal, contact_id)
            select e.id, n, gen_random_uuid() from (select gen_random_uuid() as id from generate_series(1, 100)) e, generate_series(1, 1000) n
            """);
        await database.ExecuteAsync(
            """
            insert into padron.import_rejections (import_id, source_row, value, reason)
            select i.id, n, 'no number', 'too_short' from (select gen_random_uuid() as id from generate_series(1, 50)) i, generate_series(1, 1000) n
            """);
        await database.ExecuteAsync(
            """
            insert into queue.messages (id, kind, priority, due_at, body)
            select gen_random_uuid(), case n % 3 when 0 then 'weigh_parcel' else 'burn_parcel' end, n % 3, now() + make_interval(secs => 86400 + n), '{"item":"mango"}'
              from generate_series(1, 50000) n
            """);
        await database.ExecuteAsync(
            """
            insert into queue.dead_letters (id, kind, priority, body, attempts, error, failures, created_at, failed_at)
            select gen_random_uuid(), case n % 2 when 0 then 'weigh_parcel' else 'burn_parcel' end, 1, '{"item":"mango"}', 8, 'broken', '[]', now(), now() - make_interval(secs => n)
              from generate_series(1, 20000) n
            """);
        await database.ExecuteAsync("vacuum analyze");
    }

    async Task LoadAsync(SampleFolder folder)
    {
        var empty = new PadronDatabase();
        await empty.InitializeAsync();
        await using (var dataSource = loadLog.Over(empty.ConnectionString))
            await LoadScenario.RunAsync(dataSource, folder);
        await empty.DisposeAsync();
    }

    /// <summary>What only a first installation asks is asked of an empty database.</summary>
    async Task InstallAsync()
    {
        var empty = await PostgresServer.CreateDatabaseAsync();
        await using (var dataSource = log.Over(empty))
        {
            var installer = new Installer(dataSource);
            (await installer.IsInstalledAsync()).ShouldBeFalse();
            await installer.InstallAsync(PadronDatabase.Key);
        }

        await PostgresServer.DropDatabaseAsync(empty);
        await Get<Installer>().InstallAsync(Get<ContactKey>());
    }
}
