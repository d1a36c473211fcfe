using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

/// <summary>Workers that are killed (SIGKILL) lose no message and have no effect twice, in the queue's database or outside.</summary>
public sealed class KilledWorkersTests : QueueTest
{
    string outside = "";
    NpgsqlDataSource? outsideSource;

    [Fact]
    public async Task A_worker_killed_between_effect_and_acknowledgement_leaves_the_message_and_no_effect_but_the_outside_one()
    {
        var id = (await EnqueueAsync(new WeighParcel("mango")))[0];
        using (var worker = QueueWorkerProcess.Start(ConnectionString, outside))
        {
            await worker.HangsAsync();
            await worker.KillAsync();
        }

        (await QueuedAsync()).ShouldBe(1);
        (await EffectCountAsync()).ShouldBe(0);
        await OutsideShouldBeAsync([id, "mango", 1]);

        await ExpireLeasesAsync();
        await DrainAsync(Handlers().Add<WeighParcel>(WeighAsync, Impatient));

        await OutsideShouldBeAsync([id, "mango", 2]); // asked for twice, had once
        (await EffectsAsync()).ShouldBe(["mango"]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task While_its_lease_runs_a_dead_workers_message_is_nobody_elses()
    {
        await EnqueueAsync(new WeighParcel("mango"));
        using var worker = QueueWorkerProcess.Start(ConnectionString, outside);
        await worker.HangsAsync();
        await worker.KillAsync();

        await DrainAsync(Handlers().Add<WeighParcel>(WeighAsync));

        (await EffectCountAsync()).ShouldBe(0);
        (await Queue.StatusAsync()).ShouldHaveSingleItem().Leased.ShouldBe(1);
    }

    [Fact]
    public async Task Workers_killed_again_and_again_lose_nothing_and_have_no_effect_twice()
    {
        const int messages = 1_500;
        const int kills = 5;
        await EnqueueAsync([.. Enumerable.Range(0, messages).Select(i => new SendParcel($"{i}"))]);

        for (var kill = 1; kill <= kills; kill++)
        {
            using var one = QueueWorkerProcess.Start(ConnectionString, outside);
            using var other = QueueWorkerProcess.Start(ConnectionString, outside);
            var goal = messages * kill / (kills + 1);
            await Eventually.TrueAsync(async () => await EffectCountAsync() >= goal);
            await Task.WhenAll(one.KillAsync(), other.KillAsync());
            await ExpireLeasesAsync();
        }

        await DrainAsync(Handlers().Add<SendParcel>(
            async (parcel, context, ct) =>
            {
                await QueueWorkerProcess.PutOutsideAsync(outsideSource!, context.Id, parcel.Item, ct);
                await SendAsync(parcel, context, ct);
            },
            Impatient with { MaxAttempts = 100 }));

        (await EffectsAsync()).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, messages));
        (await OutsideAsync()).Select(row => (string)row[1]).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, messages));
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task A_message_that_kills_every_worker_ends_as_a_dead_letter_and_those_behind_it_are_handled()
    {
        await Queue.EnqueueAsync([new(new BurnParcel("bomb")) { Priority = MessagePriority.High }], Padron.MartenExtensions.EventMetadata.None);
        await EnqueueAsync([.. Enumerable.Range(0, 10).Select(i => new SendParcel($"{i}"))]);

        for (var tries = 0; tries < Impatient.MaxAttempts; tries++)
        {
            using var victim = QueueWorkerProcess.Start(ConnectionString, outside, parallelism: 1);
            await victim.DiesAsync();
            await ExpireLeasesAsync();
        }

        using var survivor = QueueWorkerProcess.Start(ConnectionString, outside, parallelism: 1);
        await Eventually.TrueAsync(async () => await QueuedAsync() == 0);

        survivor.HasExited.ShouldBeFalse();
        (await EffectsAsync()).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 10));
        var dead = (await Queue.DeadLettersAsync()).ShouldHaveSingleItem();
        dead.Kind.ShouldBe("burn_parcel");
        dead.Attempts.ShouldBe(Impatient.MaxAttempts);
        dead.Failures.Select(failure => failure.Worker).Distinct().Count().ShouldBe(Impatient.MaxAttempts);
        dead.Error.ShouldContain("lease ran out");
    }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        outside = await PostgresServer.CreateDatabaseAsync();
        outsideSource = NpgsqlDataSource.Create(outside);
        await using var create = outsideSource.CreateCommand("create table outside_effects (message uuid primary key, item text not null, tries int not null default 1)");
        await create.ExecuteNonQueryAsync();
    }

    public override async Task DisposeAsync()
    {
        await outsideSource!.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(outside);
        await base.DisposeAsync();
    }

    async Task WeighAsync(WeighParcel parcel, MessageContext context, CancellationToken ct)
    {
        await QueueWorkerProcess.PutOutsideAsync(outsideSource!, context.Id, parcel.Item, ct);
        await PutEffectAsync(context, parcel.Item, ct);
    }

    async Task OutsideShouldBeAsync(object[] row) => (await OutsideAsync()).ShouldHaveSingleItem().ShouldBe(row);

    async Task<List<object[]>> OutsideAsync()
    {
        await using var command = outsideSource!.CreateCommand("select message, item, tries from outside_effects");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await reader.ReadAsync())
            rows.Add([reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2)]);
        return rows;
    }
}
