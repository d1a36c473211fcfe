using System.Globalization;
using JasperFx.Events;
using Padron.Application;
using Padron.Application.Contacts;
using Padron.Application.Imports;
using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Validation;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Imports;

/// <summary>A second file over a register that knows most of its numbers: what is new is added, what it tells otherwise is recorded, and nothing is revived.</summary>
public sealed class IncrementalImportTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    const string Phones = """
        select distinct on (stream_id) data->>'phone' as phone from events.mt_events where data ? 'phone' and data->>'phone' like '+52__________' order by stream_id
        """;

    static readonly ManualClock Clock = new();

    readonly PadronDatabase database = new();

    /// <summary>Random histories, a random file over them with rows that repeat, and the rules one by one as the model.</summary>
    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(2, 7)]
    [InlineData(3, 1)]
    public async Task Random_lives_get_the_events_that_the_decider_decides_on_and_no_others(int seed, int batchSize)
    {
        await new RandomLives(database, seed).AppendDecidedAsync(contacts: 300, events: 1_200, () => Task.CompletedTask);
        using var file = await RandomFileAsync(seed);
        var before = await HistoriesAsync();
        var stop = new Random(seed).Next(1, 400);

        if (batchSize < 100)
            await database.ImportUntilAsync(file.Path, stop, batchSize);
        var result = await ImportAsync(file.Path, batchSize, resume: batchSize < 100);

        var expected = Expect(file, result.ImportId, before);
        var changed = 0;
        foreach (var (id, history) in await HistoriesAsync())
        {
            var events = history.Skip(before.GetValueOrDefault(id)?.Count ?? 0).Select(stored => WithoutDate(stored.Data)).ToArray();
            events.ShouldBe(expected.Events.GetValueOrDefault(id, []).Select(WithoutDate), $"{id} {string.Join(", ", before.GetValueOrDefault(id)?.Select(e => e.Data) ?? [])}");
            changed += events.OfType<ContactDetailsChanged>().Count();
        }

        changed.ShouldBeGreaterThan(10);
        result.Tally.ShouldAddUp();
        (result.Tally.Imported, result.Tally.AlreadyKnown, result.Tally.Duplicates, result.Tally.DetailsChanged)
            .ShouldBe((expected.Imported, expected.AlreadyKnown, expected.Duplicates, changed));
        var events1 = await database.CountContactEventsAsync();
        var again = (await ImportAsync(file.Path, batchSize, resume: false)).Tally;
        (await database.CountContactEventsAsync()).ShouldBe(events1);
        (again.Imported, again.Duplicates, again.DetailsChanged).ShouldBe((0, 0, 0));
        await database.CatchUpAsync();
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));
    }

    [Fact]
    public async Task A_next_file_adds_the_new_changes_what_it_tells_otherwise_and_is_valid()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportAsync(sample.Database);
        using var next = new NextFile(sample.Database);

        var result = await database.ImportAsync(next.Path, batchSize: 3_000);
        await database.CatchUpAsync();

        result.Tally.ShouldAddUp();
        result.Tally.Imported.ShouldBe(ImportSample.Rows / 10);
        result.Tally.DetailsChanged.ShouldBeInRange(ImportSample.Rows * 8 / 100, ImportSample.Rows * 9 / 100);
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_details_changed'")).ShouldBe(result.Tally.DetailsChanged);
        (await database.ScalarAsync<long>("select count(*) from read.contacts where full_name like 'SRA %'")).ShouldBeInRange(ImportSample.Rows * 8 / 100, result.Tally.DetailsChanged);
        (await database.ScalarAsync<long>("select count(*) from read.contacts where full_name like 'SRA %' and address is not null")).ShouldBePositive(); // blank cells take nothing away
        (await database.Get<ImportQueries>().GetAsync(result.ImportId))!.Tally!.DetailsChanged.ShouldBe(result.Tally.DetailsChanged);
        (await ValidateAsync(result.ImportId, next)).Checks.ShouldAllBe(check => check.Checked > 0 && check.Failed == 0);
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));

        var events = await database.CountContactEventsAsync();
        (await database.ImportAsync(next.Path)).Tally.DetailsChanged.ShouldBe(0);
        (await database.CountContactEventsAsync()).ShouldBe(events);

        // The file before it once more: the last one imported is the one that is believed.
        var back = (await database.ImportAsync(sample.Database)).Tally;
        (back.Imported, back.Duplicates).ShouldBe((0, 0));
        back.DetailsChanged.ShouldBeGreaterThan(ImportSample.Rows * 8 / 100);
        await database.CatchUpAsync();
        (await database.ScalarAsync<long>("select count(*) from read.contacts where full_name like 'SRA %'")).ShouldBeLessThan(ImportSample.Rows / 100); // blank again
    }

    [Fact]
    public async Task A_change_that_was_lost_fails_the_counts_and_one_that_is_wrong_the_sample()
    {
        using var first = new ContactFile().Add("5512345601", "ANA").Add("5512345602", "EVA").Add("5512345603", "LUZ");
        using var second = new ContactFile().Add("5512345601", "ANA PEÑA").Add("5512345602", "EVA").Add("5512345603", "LUZ PEÑA");
        await database.ImportAsync(first.Path);
        var import = (await database.ImportAsync(second.Path)).ImportId;
        await database.CatchUpAsync();
        var handler = database.Get<ValidateImportHandler>();
        (await handler.HandleAsync(new(import, second.Path, 10, "ana"))).Score.ShouldBe(100);

        await database.ExecuteAsync("update read.contact_profiles set full_name = 'OTRA' where full_name = 'ANA PEÑA'");
        Failed(await handler.HandleAsync(new(import, second.Path, 10, "ana"))).ShouldBe([(ImportChecks.Sample, "row 1: full_name")]);
        await database.ExecuteAsync("update read.contact_profiles set full_name = 'ANA PEÑA' where full_name = 'OTRA'");
        await database.ExecuteAsync("delete from events.mt_events where type = 'contact_details_changed' and data->'details'->>'fullName' = 'LUZ PEÑA'");
        Failed(await handler.HandleAsync(new(import, second.Path, 10, "ana"))).ShouldBe([(ImportChecks.Counts, "changed_and_changes: 2 and 1")]);

        static IEnumerable<(string, string)> Failed(ImportValidated validated) =>
            validated.Checks.Where(check => check.Failed > 0).Select(check => (check.Name, check.Examples[0]));
    }

    [Fact]
    public async Task Opted_out_extracted_and_withdrawn_contacts_stay_so_and_a_persons_word_stands()
    {
        using var first = new ContactFile();
        using var second = new ContactFile();
        for (var row = 0; row < 6; row++)
        {
            first.Add(Number(row), name: "ANTES", city: "Toluca");
            second.Add(Number(row), name: "DESPUES");
        }

        await database.ImportAsync(first.Path);
        await ExecuteAsync(0, new OptOutContact(Phone(0), OptOutMethod.SmsKeyword, "ALTO", null, Clock.Now), ContactDecider.Decide);
        await ExecuteAsync(1, new VerifyContact(VerificationMethod.Manual, null, null, Clock.Now), ContactDecider.Decide);
        await ExecuteAsync(1, new ExtractContact(Guid.CreateVersion7(), Clock.Now), ContactDecider.Decide);
        await ExecuteAsync(2, new InvalidateContact(InvalidationReason.OutOfService, Clock.Now), ContactDecider.Decide);
        await ExecuteAsync(3, new CorrectContact("A MANO", null, null, null, null, null, "ana", Clock.Now), ContactDecider.Decide);
        await ExecuteAsync(9, new OptOutContact(Phone(9), OptOutMethod.SmsKeyword, "ALTO", null, Clock.Now), ContactDecider.Decide);
        await database.Get<RegisterContactHandler>().HandleAsync(new NewContact(Phone(8), null, FullName: "A MANO"), "ana");
        second.Add(Number(8), name: "DESPUES").Add(Number(9), name: "DESPUES");

        var tally = (await database.ImportAsync(second.Path, batchSize: 3)).Tally; // the projection stands at nothing
        await database.CatchUpAsync();

        (tally.Imported, tally.AlreadyKnown, tally.DetailsChanged).ShouldBe((1, 7, 5));
        (await ContactAsync(0)).ShouldBe(("OPTED_OUT", "DESPUES", "Toluca"));
        (await ContactAsync(1)).ShouldBe(("EXTRACTED", "DESPUES", "Toluca"));
        (await ContactAsync(2)).ShouldBe(("INVALID", "DESPUES", "Toluca"));
        (await ContactAsync(3)).ShouldBe(("UNVERIFIED", "A MANO", "Toluca"));
        (await ContactAsync(5)).ShouldBe(("UNVERIFIED", "DESPUES", "Toluca"));
        (await ContactAsync(8)).Name.ShouldBe("A MANO");
        (await ContactAsync(9)).ShouldBe(("OPTED_OUT", "DESPUES", "Ciudad de México"));
    }

    [Fact]
    public async Task Opt_outs_and_another_import_at_the_same_time_lose_nothing()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportAsync(sample.Database);
        using var one = new NextFile(sample.Database, "UNA");
        using var other = new NextFile(sample.Database, "OTRA");
        other.Execute("update numeros set id = -id"); // from its end
        var phones = (await database.RowsAsync(Phones)).Chunk(60).Select(some => PhoneNumber.Parse(some[0][10..^2])).ToArray();
        var next = -1;

        var optingOut = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < phones.Length)
                await database.Contacts.ExecuteAsync(phones[i], new OptOutContact(phones[i], OptOutMethod.Api, "ALTO", "ana", Clock.Now), ContactDecider.Decide, EventMetadata.None);
        })).ToArray();
        var imports = await Task.WhenAll(Task.Run(() => database.ImportAsync(one.Path, 900)), Task.Run(() => database.ImportAsync(other.Path, 700)));
        await Task.WhenAll(optingOut);
        await database.CatchUpAsync();

        (await database.ScalarAsync<long>("select count(*) from read.contacts where status = 'OPTED_OUT'")).ShouldBe(phones.Length);
        foreach (var import in imports)
        {
            import.Tally.ShouldAddUp();
            (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_details_changed' and data->>'importId' = $1::text", import.ImportId))
                .ShouldBe(import.Tally.DetailsChanged);
        }

        imports.Sum(import => import.Tally.Imported).ShouldBe(ImportSample.Rows / 10);
        imports.Min(import => import.Tally.DetailsChanged).ShouldBeGreaterThan(1_000);
        // Whose transaction began first may append last: then the latest date is not that of the last event, which the model takes.
        var (shown, expected) = (await ContactTables.ReadAsync(database), await ExpectedContacts.FoldAsync(database));
        shown.States.Select(state => state with { CreatedAt = default, UpdatedAt = default })
            .ShouldBe(expected.States.Select(state => state with { CreatedAt = default, UpdatedAt = default }));
        shown.Profiles.ShouldBe(expected.Profiles);
        (await database.ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()")).ShouldBe(0);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(7)]
    public async Task A_rollback_gives_changed_contacts_their_former_details_and_the_next_import_may_change_them_again(int batchSize)
    {
        using var first = new ContactFile();
        using var second = new ContactFile();
        for (var row = 0; row < 20; row++)
        {
            first.Add(Number(row), name: "ANTES", address: "Calle 1");
            second.Add(Number(row + 10), name: "DESPUES", city: "Toluca");
        }

        await database.ImportAsync(first.Path);
        await database.CatchUpAsync();
        var before = await DetailsAsync();
        var import = (await database.ImportAsync(second.Path)).ImportId;
        await ExecuteAsync(12, new OptOutContact(Phone(12), OptOutMethod.SmsKeyword, "ALTO", null, Clock.Now), ContactDecider.Decide);
        await ExecuteAsync(13, new CorrectContact("A MANO", null, null, null, null, null, "ana", Clock.Now), ContactDecider.Decide);
        await ExecuteAsync(25, new OptOutContact(Phone(25), OptOutMethod.SmsKeyword, "ALTO", null, Clock.Now), ContactDecider.Decide);

        (await RollBackAsync(import, batchSize)).ShouldBe(new(import, Changed: true, Removed: 9, Withdrawn: 1, Restored: 9));
        await database.CatchUpAsync();

        (await ContactAsync(12)).Status.ShouldBe("OPTED_OUT");
        (await ContactAsync(13)).ShouldBe(("UNVERIFIED", "A MANO", "Toluca")); // a correction tells all that is known
        (await DetailsAsync()).Where(row => !row.Contains("345613", StringComparison.Ordinal) && !row.Contains("345625", StringComparison.Ordinal))
            .ShouldBe(before.Where(row => !row.Contains("345613", StringComparison.Ordinal)));
        (await RollBackAsync(import, batchSize)).ShouldBe(new(import, Changed: false, Removed: 9, Withdrawn: 1, Restored: 9));

        var again = await database.ImportAsync(second.Path);
        (again.Tally.Imported, again.Tally.DetailsChanged).ShouldBe((10, 9));
        await database.CatchUpAsync();
        (await ContactAsync(14)).ShouldBe(("UNVERIFIED", "DESPUES", "Toluca"));
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));

        Task<IReadOnlyList<string>> DetailsAsync() => database.RowsAsync("select phone_e164, full_name, address, city, state_code, migrated_at from read.contacts");
    }

    [Fact]
    public async Task Two_imports_rolled_back_one_after_the_other_leave_what_was_before_both()
    {
        using var first = new ContactFile().Add(Number(0), name: "UNO");
        using var second = new ContactFile().Add(Number(0), name: "DOS");
        using var third = new ContactFile().Add(Number(0), name: "TRES");
        var imports = new List<Guid>();
        foreach (var file in (ContactFile[])[first, second, third])
            imports.Add((await database.ImportAsync(file.Path)).ImportId);

        (await RollBackAsync(imports[2])).Restored.ShouldBe(1);
        await database.CatchUpAsync();
        (await ContactAsync(0)).Name.ShouldBe("DOS");
        (await RollBackAsync(imports[1])).Restored.ShouldBe(1);
        await database.CatchUpAsync();
        (await ContactAsync(0)).Name.ShouldBe("UNO");
        (await RollBackAsync(imports[0])).ShouldBe(new(imports[0], Changed: true, Removed: 0, Withdrawn: 1)); // it has events of the others
        await database.CatchUpAsync();
        (await ContactAsync(0)).Name.ShouldBeNull();
        (await database.ImportAsync(second.Path)).Tally.Imported.ShouldBe(1);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    /// <summary>Rows over the numbers of the register, some of them more than once and written in other ways, new ones, and what is no number.</summary>
    async Task<ContactFile> RandomFileAsync(int seed)
    {
        var random = new Random(seed);
        var numbers = (await database.RowsAsync(Phones)).Select(row => row[13..^2]).Concat(Enumerable.Range(0, 60).Select(Number)).ToArray();
        numbers.Length.ShouldBeGreaterThan(200);
        string?[] names = ["ANA PEÑA", "LUIS PEÑA", " ANA  PEÑA ", "", "S/N", null];
        string?[] places = ["Mérida", "San Andrés Tuxtla", "Ciudad de México", "", null];
        string?[] states = ["Yucatán", "CDMX", "oaxaca", "nowhere", null];
        var rows = new List<object?[]>();
        for (var row = 0; row < 500; row++)
        {
            var number = random.GetItems(numbers, 1)[0];
            rows.Add(
            [
                random.Next(20) == 0 ? "nada" : random.Next(3) == 0 ? $"044{number}" : number, One(names), One([" Calle 6", null]), One(["Centro", null]), One(places), One(states), One(places),
                One(["0", "1", null]),
            ]);
        }

        var file = new ContactFile();
        foreach (var chunk in rows.Chunk(100))
        {
            var values = string.Join(", ", chunk.Select((_, row) => $"({string.Join(", ", Enumerable.Range(row * 8, 8).Select(place => $"${place}"))})"));
            file.Execute($"insert into numeros (numero, nombre, direccion, colonia, municipio_cof, estado_cof, ciudad_por_lada, es_valido) values {values}", [.. chunk.SelectMany(row => row)]);
        }

        return file;

        string? One(string?[] values) => random.GetItems(values, 1)[0];
    }

    /// <summary>The rules, one row after the other: the first row of a number is decided on, and those after it say nothing.</summary>
    (Dictionary<Guid, ContactEvent[]> Events, long Imported, long AlreadyKnown, long Duplicates) Expect(ContactFile file, Guid importId, Dictionary<Guid, List<IEvent>> before)
    {
        var reading = new RowReading(NumberingPlan.From([]), null, importId, Clock.Now);
        var source = database.Get<IContactSourceOpener>().Open(file.Path);
        var events = new Dictionary<Guid, ContactEvent[]>();
        var (imported, known, duplicates) = (0L, 0L, 0L);
        foreach (var command in source.Read(ImportCheckpoint.BeforeFirstRow, 1_000).SelectMany(rows => rows).Select(reading.Read).Where(row => row.Command is not null).Select(row => row.Command!))
        {
            var id = PadronDatabase.Key.IdOf(command.Phone);
            var isFirst = !events.ContainsKey(id);
            if (isFirst)
                events[id] = ContactDecider.Decide(command, (before.GetValueOrDefault(id) ?? []).Select(stored => stored.Data).Aggregate(Contact.Stranger, ContactDecider.Evolve));
            if (events[id] is not [ContactImported, ..])
                known++;
            else if (isFirst)
                imported++;
            else
                duplicates++;
        }

        return (events, imported, known, duplicates);
    }

    static object WithoutDate(object fact) => fact switch
    {
        ContactImported e => e with { ImportedAt = default },
        ContactDetailsChanged e => e with { ChangedAt = default },
        ContactInvalidated e => e with { InvalidatedAt = default },
        _ => fact,
    };

    async Task<Dictionary<Guid, List<IEvent>>> HistoriesAsync() =>
        (await database.Store.ReadAllAsync(0, long.MaxValue).ToListAsync()).Where(stored => stored.Data is ContactEvent)
            .GroupBy(stored => stored.StreamId).ToDictionary(stream => stream.Key, stream => stream.ToList());

    Task<ImportResult> ImportAsync(string path, int batchSize, bool resume) => database.ImportAsync(path, batchSize, resume);

    Task<ImportValidated> ValidateAsync(Guid import, NextFile file) => database.Get<ValidateImportHandler>().HandleAsync(new(import, file.Path, ImportSample.Rows, "ana"));

    Task<RollbackResult> RollBackAsync(Guid import, int batchSize = 20_000) =>
        new RollbackImportHandler(database.Store, database.Get<Streams>(), database.CatchUp, PadronDatabase.Key, TimeProvider.System) { BatchSize = batchSize }
            .HandleAsync(new(import, "eva"));

    Task ExecuteAsync<TCommand>(int row, TCommand command, Func<TCommand, Contact, ContactEvent[]> decide) =>
        database.Contacts.ExecuteAsync(Phone(row), command, decide, EventMetadata.None);

    async Task<(string Status, string? Name, string? City)> ContactAsync(int row)
    {
        var contact = (await database.Get<GetContact>().GetAsync(Phone(row))).ShouldNotBeNull();
        return (contact.Status, contact.FullName, contact.City);
    }

    static string Number(int row) => (5512345600 + row).ToString(CultureInfo.InvariantCulture);

    static PhoneNumber Phone(int row) => PhoneNumber.Mexican(5512345600 + row);
}
