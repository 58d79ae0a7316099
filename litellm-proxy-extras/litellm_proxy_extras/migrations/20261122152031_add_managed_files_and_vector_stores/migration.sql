-- CreateEnum
CREATE TYPE "LiteLLM_FilePurpose" AS ENUM ('batch', 'fine-tune', 'assistants');

-- CreateTable
CREATE TABLE "LiteLLM_ManagedFile" (
    "id" TEXT NOT NULL,
    "unified_id" TEXT NOT NULL,
    "purpose" "LiteLLM_FilePurpose" NOT NULL DEFAULT 'batch',
    "file" JSONB,
    "by_model" JSONB NOT NULL,
    "provider_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "size" BIGINT,
    "team_id" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LiteLLM_ManagedFile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LiteLLM_VectorStore" (
    "vector_store_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "name" TEXT,
    "params" JSONB,
    "metadata" JSONB,
    "credential_id" TEXT,
    "team_id" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LiteLLM_VectorStore_pkey" PRIMARY KEY ("vector_store_id")
);

-- CreateTable
CREATE TABLE "_LiteLLM_ManagedFileToLiteLLM_VectorStore" (
    "A" TEXT NOT NULL,
    "B" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_ManagedFile_unified_id_key" ON "LiteLLM_ManagedFile"("unified_id");

-- CreateIndex
CREATE INDEX "LiteLLM_ManagedFile_provider_ids_idx" ON "LiteLLM_ManagedFile" USING GIN ("provider_ids");

-- CreateIndex
CREATE INDEX "LiteLLM_ManagedFile_team_id_created_at_idx" ON "LiteLLM_ManagedFile"("team_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "LiteLLM_VectorStore_team_id_idx" ON "LiteLLM_VectorStore"("team_id");

-- CreateIndex
CREATE UNIQUE INDEX "_LiteLLM_ManagedFileToLiteLLM_VectorStore_AB_unique" ON "_LiteLLM_ManagedFileToLiteLLM_VectorStore"("A", "B");

-- CreateIndex
CREATE INDEX "_LiteLLM_ManagedFileToLiteLLM_VectorStore_B_index" ON "_LiteLLM_ManagedFileToLiteLLM_VectorStore"("B");

-- AddForeignKey
ALTER TABLE "LiteLLM_VectorStore" ADD CONSTRAINT "LiteLLM_VectorStore_credential_id_fkey" FOREIGN KEY ("credential_id") REFERENCES "LiteLLM_Credential"("credential_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_LiteLLM_ManagedFileToLiteLLM_VectorStore" ADD CONSTRAINT "_LiteLLM_ManagedFileToLiteLLM_VectorStore_A_fkey" FOREIGN KEY ("A") REFERENCES "LiteLLM_ManagedFile"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_LiteLLM_ManagedFileToLiteLLM_VectorStore" ADD CONSTRAINT "_LiteLLM_ManagedFileToLiteLLM_VectorStore_B_fkey" FOREIGN KEY ("B") REFERENCES "LiteLLM_VectorStore"("vector_store_id") ON DELETE CASCADE ON UPDATE CASCADE;
