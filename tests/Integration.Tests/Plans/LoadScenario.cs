using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Padron.Api;
using Padron.Application.Imports;
using Padron.Application.Numbering;
using Padron.Domain.Contacts;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Samples;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Plans;

/// <summary>What is run on a register without contacts only: an initial load that is given up, and one that is stopped and resumed.</summary>
static class LoadScenario
{
    const int Range = 200;

    /// <param name="dataSource">Over a database with the schema and nothing in it.</param>
    /// <param name="sample">The file to load.</param>
    public static async Task RunAsync(NpgsqlDataSource dataSource, SampleFolder sample)
    {
        await using var services = new ServiceCollection().AddPadron(dataSource).AddContacts(PadronDatabase.Key).BuildServiceProvider();
        await services.GetRequiredService<LoadNumberingPlanHandler>().HandleAsync(sample.Plan, DateTimeOffset.UnixEpoch);
        await services.GetRequiredService<AbandonImportHandler>().HandleAsync(await StopAsync(services, sample), "ana");
        await StopAsync(services, sample);
        await ImporterOf(services).HandleAsync(new(sample.Database, Resume: true, "ana"));
    }

    static async Task<Guid> StopAsync(IServiceProvider services, SampleFolder sample)
    {
        var id = Guid.Empty;
        using var stop = new CancellationTokenSource();
        var stopping = new Told<ImportProgress>(progress =>
        {
            id = progress.ImportId;
            if (progress.RowsRead >= 3 * Range)
                stop.Cancel();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => ImporterOf(services).HandleAsync(new(sample.Database, Resume: false, "ana"), stopping, stop.Token));
        return id;
    }

    static ImportContactsHandler ImporterOf(IServiceProvider services) => new(
        services.GetRequiredService<EventSessions>(), services.GetRequiredService<Padron.Application.Streams>(), services.GetRequiredService<IContactSourceOpener>(),
        services.GetRequiredService<NumberingPlanStore>(), services.GetRequiredService<PremiumMunicipalities>(), services.GetRequiredService<ContactKey>(), TimeProvider.System)
    {
        BatchSize = Range,
    };
}
