using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Domain.Tests.Contacts;

namespace Padron.Domain.Tests;

/// <summary>
/// Every class of event with all its members set, and the JSON it is stored as. This is what databases hold: a line here may be added,
/// never changed.
/// </summary>
static class StoredEvents
{
    static readonly DateTimeOffset At = Facts.At;

    public static readonly ImportTally Tally = new(
        RowsRead: 100, Imported: 60, AlreadyKnown: 20, Duplicates: 10, new Dictionary<RejectionReason, long> { [RejectionReason.TooShort] = 7, [RejectionReason.Empty] = 3 },
        Verified: 40, NotMobile: 10, Invalidated: 4, Unverified: 6, LadaInferred: 5)
    {
        DetailsChanged = 8,
    };

    const string TallyJson = """
        {"rowsRead":100,"imported":60,"alreadyKnown":20,"duplicates":10,"rejected":{"too_short":7,"empty":3},
         "verified":40,"notMobile":10,"invalidated":4,"unverified":6,"ladaInferred":5,"detailsChanged":8}
        """;

    public static readonly ImportOrder Order = new(
        DryRun: false, KeepPartial: true, BackUpBefore: true, BackUpAfter: true, BackUpEvery: 5_000_000, "/b",
        new("clientes", new Dictionary<string, string?> { ["numero"] = "telefono", ["nombre"] = null }, "ricos", new Dictionary<string, string?> { ["lada"] = "clave" }));

    public static readonly ImportPrepared Prepared = new(
        new(2, 8_000, 6_000, 90_000, "17.2", 700),
        new(
            100, new List<SourceColumn> { new("numero", "telefono", 50), new("nombre", null, 0) }, 50, new(40, 5, 1, 2),
            new Dictionary<RejectionReason, long> { [RejectionReason.Empty] = 2 }, new Dictionary<string, long> { ["ladas_faltantes"] = 5 }),
        RegisterHoldsContacts: true, new("/b/source.db", 4_096, "ab"), new("/b/database-before.dump", 512, "cd"), new List<string> { "Little memory is free." }, At);

    /// <summary>By the name in the store.</summary>
    public static IReadOnlyDictionary<string, (object Event, string Json)> All { get; } = new Dictionary<string, (object, string)>
    {
        ["contact_imported"] = (Facts.Imported, """
            {"phone":"+525512345678","ladaInferred":false,"lada":"55",
             "details":{"phoneOriginal":"(55) 1234-5678","fullName":"ANA PEÑA","address":"Av. Juárez 15","neighborhood":"Centro",
                        "municipality":"Cuauhtémoc","stateCode":"CDMX","city":"Ciudad de México","migratedAt":"2024-03-14T15:09:26+00:00"},
             "importId":"0198c0de-0000-7000-8000-000000000001","sourceRow":42,"importedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_registered"] = (Facts.Registered, """
            {"phone":"+525512345678","lada":"55",
             "details":{"phoneOriginal":"(55) 1234-5678","fullName":"ANA PEÑA","address":"Av. Juárez 15","neighborhood":"Centro",
                        "municipality":"Cuauhtémoc","stateCode":"CDMX","city":"Ciudad de México","migratedAt":"2024-03-14T15:09:26+00:00"},
             "registeredBy":"ana","registeredAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_details_changed"] = (Facts.DetailsChanged with { Details = Facts.Details, ImportId = Facts.ImportId, SourceRow = 42 }, """
            {"details":{"phoneOriginal":"(55) 1234-5678","fullName":"ANA PEÑA","address":"Av. Juárez 15","neighborhood":"Centro",
                        "municipality":"Cuauhtémoc","stateCode":"CDMX","city":"Ciudad de México","migratedAt":"2024-03-14T15:09:26+00:00"},
             "changedBy":"ana","changedAt":"2026-03-14T15:09:26+00:00","importId":"0198c0de-0000-7000-8000-000000000001","sourceRow":42}
            """),
        ["contact_verified"] = (Facts.Verified, """
            {"method":"numbering_plan","carrier":"TELCEL","evidence":"pnn-2026-08","verifiedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_not_mobile"] = (Facts.NotMobile with { Method = VerificationMethod.CarrierLookup }, """
            {"method":"carrier_lookup","carrier":"TELMEX","evidence":"pnn-2026-08","observedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_invalidated"] = (Facts.Invalidated, """
            {"reason":"out_of_service","invalidatedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_extracted"] = (Facts.Extracted, """
            {"extractionId":"0198c0de-0000-7000-8000-000000000002","extractedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_released"] = (Facts.Released, """
            {"extractionId":"0198c0de-0000-7000-8000-000000000002","reason":"extraction_cancelled","releasedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_sent"] = (Facts.Sent, """
            {"campaignId":"0198c0de-0000-7000-8000-000000000004","messageId":"m-1","providerId":"SM0001","sentAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_withdrawn"] = (Facts.Withdrawn with { Details = Facts.Details }, """
            {"importId":"0198c0de-0000-7000-8000-000000000001",
             "details":{"phoneOriginal":"(55) 1234-5678","fullName":"ANA PEÑA","address":"Av. Juárez 15","neighborhood":"Centro",
                        "municipality":"Cuauhtémoc","stateCode":"CDMX","city":"Ciudad de México","migratedAt":"2024-03-14T15:09:26+00:00"},
             "withdrawnAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_opted_out"] = (Facts.StrangerOptedOut, """
            {"phone":"+525512345678","method":"sms_keyword","reason":"ALTO","recordedBy":"gateway","optedOutAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["contact_opted_in"] = (Facts.OptedIn, """
            {"evidence":"Form signed on paper, folder 7","recordedBy":"ana","optedInAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_started"] = (new ImportStarted("contactos.db", 4096, "ab12", 100, "pnn-2026-08", At) { Order = Order }, """
            {"fileName":"contactos.db","fileBytes":4096,"fileSha256":"ab12","rows":100,"planVersion":"pnn-2026-08","startedAt":"2026-03-14T15:09:26+00:00",
             "order":{"dryRun":false,"keepPartial":true,"backUpBefore":true,"backUpAfter":true,"backUpEvery":5000000,"backupDirectory":"/b",
                      "mapping":{"table":"clientes","columns":{"numero":"telefono","nombre":null},"rankingTable":"ricos","rankingColumns":{"lada":"clave"}}}}
            """),
        ["import_resumed"] = (new ImportResumed(50, At), """
            {"afterRow":50,"resumedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_interrupted"] = (new ImportInterrupted("cancelled", Tally, At), $$"""
            {"reason":"cancelled","tally":{{TallyJson}},"interruptedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_completed"] = (new ImportCompleted(Tally, At), $$"""
            {"tally":{{TallyJson}},"completedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_validated"] = (new ImportValidated(99.66m, new List<ImportCheck> { new("sample", 300, 1, 99.66m, new List<string> { "row 7: full_name" }) }, At), """
            {"score":99.66,"checks":[{"name":"sample","checked":300,"failed":1,"score":99.66,"examples":["row 7: full_name"]}],
             "validatedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_abandoned"] = (new ImportAbandoned(At), """
            {"abandonedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_prepared"] = (Prepared, """
            {"machine":{"processors":2,"memoryBytes":8000,"memoryFreeBytes":6000,"databaseDiskFreeBytes":90000,"serverVersion":"17.2","databaseBytes":700},
             "source":{"rows":100,"columns":[{"name":"numero","sourceName":"telefono","filled":50},{"name":"nombre","filled":0}],"sampled":50,
                       "lines":{"mobile":40,"fixed":5,"unknown":1,"markedInvalid":2},"rejected":{"empty":2},"otherTables":{"ladas_faltantes":5}},
             "registerHoldsContacts":true,"sourceBackup":{"path":"/b/source.db","bytes":4096,"sha256":"ab"},
             "databaseBackup":{"path":"/b/database-before.dump","bytes":512,"sha256":"cd"},"remarks":["Little memory is free."],
             "preparedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_sampled"] = (new ImportSampled(1_000, 99.5m, new List<ImportCheck> { new("counts", 1_000, 5, 99.5m, new List<string>()) }, NotDone: "why", At), """
            {"rows":1000,"score":99.5,"checks":[{"name":"counts","checked":1000,"failed":5,"score":99.5,"examples":[]}],"notDone":"why",
             "sampledAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_estimated"] = (new ImportEstimated(
            new(100, 1.5, 4096, new(40, 5, 1, 2), new Dictionary<RejectionReason, long> { [RejectionReason.TooShort] = 4 }, "Measured."), At), """
            {"estimate":{"rows":100,"seconds":1.5,"databaseBytes":4096,"lines":{"mobile":40,"fixed":5,"unknown":1,"markedInvalid":2},
                         "rejected":{"too_short":4},"basis":"Measured."},
             "estimatedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_load_started"] = (new ImportLoadStarted(Initial: true, At), """
            {"initial":true,"startedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_tuned"] = (new ImportTuned(20_000, 2, new List<ImportTrial> { new(20_000, 2, 120_000, 1.5) }, At), """
            {"batchSize":20000,"lanes":2,"trials":[{"batchSize":20000,"lanes":2,"rows":120000,"seconds":1.5}],"tunedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_increment_saved"] = (new ImportIncrementSaved(7, 90, 80, new("/b/events.copy", 512, "ef"), At), """
            {"afterPosition":7,"position":90,"events":80,"backup":{"path":"/b/events.copy","bytes":512,"sha256":"ef"},"savedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_failed"] = (new ImportFailed("The sample failed.", At), """
            {"reason":"The sample failed.","failedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_finished"] = (new ImportFinished(2, new("/b/database-after.dump", 512, "ef"), At), """
            {"referenceTables":2,"backup":{"path":"/b/database-after.dump","bytes":512,"sha256":"ef"},"finishedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["import_rollback_started"] = (new ImportRollbackStarted(At, "The file is damaged."), """
            {"startedAt":"2026-03-14T15:09:26+00:00","reason":"The file is damaged."}
            """),
        ["import_rolled_back"] = (new ImportRolledBack(58, 2, At, Restored: 3), """
            {"removed":58,"withdrawn":2,"rolledBackAt":"2026-03-14T15:09:26+00:00","restored":3}
            """),
        ["extraction_requested"] = (new ExtractionRequested(new(SelectionKind.City, "Mérida", "YUC"), 500, ExtractionFormat.Xlsx, 7, "ana", At, Exact: true), """
            {"selection":{"kind":"city","name":"Mérida","stateCode":"YUC"},"amount":500,"format":"xlsx","seed":7,
             "requestedBy":"ana","requestedAt":"2026-03-14T15:09:26+00:00","exact":true}
            """),
        ["extraction_claimed"] = (new ExtractionClaimed(499, At), """
            {"obtained":499,"claimedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["extraction_delivery_started"] = (new ExtractionDeliveryStarted(At), """
            {"startedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["extraction_delivered"] = (new ExtractionDelivered("merida.xlsx", 8192, "cd34", At), """
            {"fileName":"merida.xlsx","bytes":8192,"sha256":"cd34","deliveredAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["extraction_failed"] = (new ExtractionFailed("Nobody was left.", At), """
            {"reason":"Nobody was left.","failedAt":"2026-03-14T15:09:26+00:00"}
            """),
        ["extraction_cancelled"] = (new ExtractionCancelled("ana", At), """
            {"cancelledBy":"ana","cancelledAt":"2026-03-14T15:09:26+00:00"}
            """),
    };
}
